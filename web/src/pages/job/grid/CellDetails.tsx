import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Duration } from '../../../components/Duration';
import { Moment } from '../../../components/Moment';
import { OutcomeWithWord } from '../../../components/OutcomeLabel';
import { PlainText } from '../../../components/PlainText';
import { StatusWord } from '../../../components/StatusWord';
import { TestName } from '../../../components/TestName';
import { ViewLink } from '../../../components/ViewLink';
import { plural } from '../../../lib/format';
import { runPath, testPath } from '../../../lib/paths';
import { cellQuery } from '../queries';
import type { JobView } from '../useJob';
import { cellOf } from './cells';
import type { GridRow, GridRuns } from './useGridData';

const PAUSE = 150; // milliseconds on a cell before the server is asked about it

interface Props {
  view: JobView;
  runs: GridRuns;
  row: GridRow | undefined; // none: the header of a run
  column: number; // -1: the header of a test
}

/** What the grid's cell says that is pointed at or focused: test, run, status, duration, message. */
export function CellDetails({ runs, row, column }: Props) {
  const uuid = runs.uuid[column];
  return (
    <div className="gh-grid-details" data-testid="cell-details">
      {row && (
        <div className="gh-grid-details-test">
          <ViewLink to={testPath(row.test)}>
            <TestName name={row.test} />
          </ViewLink>
        </div>
      )}
      {uuid !== undefined && <RunLine runs={runs} column={column} test={row?.test} />}
      {row && uuid !== undefined && (
        <ResultLines
          key={`${uuid} ${row.test}`}
          uuid={uuid}
          test={row.test}
          letter={row.cells[column]}
          message={row.messages.get(column)}
          kept={runs.kept[column] ?? 'all'}
        />
      )}
      {row && uuid === undefined && (
        <div className="gh-note">
          {plural(row.failures, 'failure')}
          {row.incomplete > 0 && `, ${row.incomplete} incomplete`} in these runs
        </div>
      )}
      {!row && uuid === undefined && <div className="gh-note">Point at a cell, or move with the arrow keys.</div>}
    </div>
  );
}

function RunLine({ runs, column, test }: { runs: GridRuns; column: number; test: string | undefined }) {
  const [change, patchset] = [runs.change[column], runs.patchset[column]];
  const facts = [
    change && (patchset ? `${change},${patchset}` : change),
    runs.pipeline[column],
    runs.project[column],
    runs.branch[column],
  ].filter(Boolean);
  return (
    <div className="gh-grid-details-run">
      <ViewLink to={runPath(runs.uuid[column] ?? '', test)}>
        Run of <Moment at={runs.started_at[column] ?? ''} />
      </ViewLink>
      <OutcomeWithWord outcome={runs.outcome[column] ?? 'ignored'} result={runs.result[column] ?? ''} />
      <span className="gh-note">
        <Duration seconds={runs.seconds[column]} /> · {facts.join(' · ')}
      </span>
    </div>
  );
}

interface ResultProps {
  uuid: string;
  test: string;
  letter: string | undefined;
  message: string | undefined;
  kept: string;
}

/** The result, or each attempt. The grid itself knows status and message; the rest is asked for after a pause. */
function ResultLines({ uuid, test, letter, message, kept }: ResultProps) {
  const cell = cellOf(letter);
  const hasPaused = useHasPaused();
  const { data } = useQuery({ ...cellQuery(uuid, test), enabled: hasPaused && cell !== undefined });
  if (!cell) {
    return (
      <div className="gh-note">
        {kept === 'all' ? 'This run has no result of the test.' : 'The results of this run have expired.'}
      </div>
    );
  }
  const results = data?.status.map((status, i) => ({
    attempt: data.attempt[i] ?? i,
    status,
    seconds: data.seconds[i] ?? null,
    message: data.message[i] ?? '',
  }));
  const shown = results?.length ? results : [{ attempt: 0, status: cell.status, seconds: undefined, message }];
  return (
    <ol className="gh-grid-details-results">
      {shown.map((result) => (
        <li key={result.attempt}>
          <StatusWord status={result.status} /> {result.seconds !== undefined && <Duration seconds={result.seconds} />}
          {result.message && (
            <span className="gh-grid-details-message" title={result.message}>
              <PlainText text={result.message} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}

/** Whether a part of the page has been there for a moment: a pointer that only passes by asks nothing. */
function useHasPaused(): boolean {
  const [hasPaused, setPaused] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(true), PAUSE);
    return () => clearTimeout(timer);
  }, []);
  return hasPaused;
}
