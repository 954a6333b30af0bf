import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { RunSummary } from '../../api/types';
import { type Column, DataTable } from '../../components/DataTable';
import { EmptyNote } from '../../components/EmptyNote';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { SearchField } from '../../components/SearchField';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, plural } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { FailedOfRun } from './FailedOfRun';
import { FailureCount, patternError } from './parts';
import { failedRunsQuery, RUNS_LISTED } from './queries';
import { searchesOf } from './search';
import { type FailuresView, togglesOf } from './useFailures';

const PER_PAGE = 25;
const [, MOST] = RUNS_LISTED;

const COLUMNS: readonly Column<RunSummary>[] = [
  {
    key: 'run',
    title: 'Run',
    cell: (run) => (
      <>
        <ViewLink to={runPath(run.uuid)}>{run.job || run.uuid}</ViewLink>
        <div className="gh-note">
          {[run.project, run.pipeline, run.branch].filter((word) => word !== '').join(' · ')}
          {run.result && <span className="gh-below-lg"> · {run.result}</span>}
        </div>
      </>
    ),
  },
  {
    key: 'change',
    title: 'Change',
    from: 'lg',
    width: '8rem',
    cell: (run) => (run.patchset ? `${run.change},${run.patchset}` : run.change),
  },
  { key: 'provider', title: 'Provider', from: 'lg', width: '10rem', cell: (run) => run.provider },
  {
    key: 'result',
    title: 'Result',
    info: "the CI system's own word",
    from: 'lg',
    width: '8rem',
    cell: (run) => <span className="gh-note">{run.result}</span>,
  },
  {
    key: 'failed',
    title: 'Failed tests',
    isNumber: true,
    width: 'clamp(4.5rem, 10vw, 7rem)',
    cell: (run) => <FailureCount failures={run.counts.failed} incomplete={run.counts.incomplete} />,
  },
  {
    key: 'started',
    title: 'Started',
    width: 'clamp(6rem, 10vw, 8rem)',
    cell: (run) => <Moment at={run.started_at} relative />,
  },
  {
    key: 'logs',
    title: 'Logs',
    from: 'lg',
    width: '5rem',
    cell: (run) => <OutsideLink address={run.log_url}>Logs</OutsideLink>,
  },
];

/** The newest failed runs, by job's name if wanted, each unfolding to what failed in it. */
export function FailedRuns(view: FailuresView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(failedRunsQuery(view));
  const { isOpen, onToggle } = togglesOf(view);
  const search = useCallback((jobs: string) => update({ jobs, offset: 0, open: [] }, true), [update]);
  const badPattern = patternError(error, own.jobs);
  const isCut = data !== undefined && !isPlaceholderData && data.runs.length === Number(own.listed);
  return (
    <Panel
      title="Failed runs"
      testId="failed-runs"
      note={data ? noteOf(data.runs.length, isCut, own.listed === MOST) : <Like>the newest xxx runs</Like>}
    >
      <div className="gh-failure-search">
        <SearchField label="Search jobs (regex)" value={own.jobs} onSearch={search} error={badPattern} />
      </div>
      {!badPattern && (
        <DataTable
          label="The failed runs"
          className="gh-failing"
          columns={COLUMNS}
          rows={data?.runs}
          rowKey={({ uuid }) => uuid}
          rowTestId="failed-run"
          paging={{ limit: PER_PAGE, offset: own.offset, onPage: (offset) => update({ offset, open: [] }) }}
          details={{
            isOpen: ({ uuid }) => isOpen(uuid),
            onToggle: ({ uuid }) => onToggle(uuid),
            content: (run) => <FailedOfRun run={run} />,
          }}
          error={error}
          onRetry={() => refetch()}
          isStale={isPlaceholderData}
          empty={<EmptyNote view={view} title="No failed runs" search={searchesOf(view)} />}
          foot={
            isCut &&
            own.listed !== MOST && (
              <Button variant="link" isInline onClick={() => update({ listed: MOST }, true)}>
                List up to {formatCount(Number(MOST))} runs
              </Button>
            )
          }
        />
      )}
    </Panel>
  );
}

function noteOf(runs: number, isCut: boolean, isMost: boolean): string {
  if (!isCut) return `${plural(runs, 'run')} of the period, newest first`;
  const newest = `the newest ${formatCount(runs)} of the period`;
  return isMost ? `${newest}; an earlier end, a filter or a search shows others` : newest;
}
