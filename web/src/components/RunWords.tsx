import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type RunsAsked, runWordsQuery } from '../api/queries';
import type { RunWord } from '../api/types';
import { formatCount, formatRate, plural } from '../lib/format';
import { groupPath, runPath } from '../lib/paths';
import { meaningOf } from '../lib/resultWords';
import type { OwnWords } from '../lib/viewState';
import { type Column, DataTable } from './DataTable';
import { Like } from './Like';
import { Moment } from './Moment';
import { OutcomeLabel } from './OutcomeLabel';
import { Panel } from './Panel';
import { ViewLink } from './ViewLink';

interface Props {
  asked: RunsAsked; // whose runs
  own?: OwnWords; // filters that the page itself stands for, for links to other pages
}

/** The runs that did not pass, by the CI system's own word: an infra failure has many reasons, and each has its own cure. */
export function RunWords({ asked, own }: Props) {
  const { data, error, isPlaceholderData, refetch } = useQuery(runWordsQuery(asked));
  const total = data?.words.reduce((runs, word) => runs + word.runs, 0) ?? 0;
  const rows = data?.words.filter(({ outcome }) => outcome !== 'pass');
  const isOfJob = asked.job?.length === 1;
  const columns = useMemo(() => columnsOf(total, isOfJob, own), [total, isOfJob, own]);
  const left = rows?.reduce((runs, word) => runs + word.runs, 0) ?? 0;
  return (
    <Panel
      title="Runs that did not pass, by result"
      note={
        data ? `the CI system's own word; ${formatCount(left)} of ${plural(total, 'run')}` : <Like>of all runs</Like>
      }
      testId="run-words"
    >
      <DataTable
        label="The runs that did not pass, by result"
        className="gh-run-words"
        columns={columns}
        rows={rows}
        rowKey={({ result, outcome }) => `${outcome} ${result}`}
        rowTestId="run-word"
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        skeletonRows={4}
        empty={total > 0 ? 'Every run passed.' : 'There are no runs.'}
      />
    </Panel>
  );
}

function columnsOf(total: number, isOfJob: boolean, own: OwnWords | undefined): readonly Column<RunWord>[] {
  return [
    {
      key: 'result',
      title: 'Result',
      cell: ({ result }) =>
        result ? (
          <>
            <ViewLink to={groupPath('result', result)} own={own}>
              {result}
            </ViewLink>
            {meaningOf(result) && <div className="gh-note gh-run-meaning">{meaningOf(result)}</div>}
          </>
        ) : (
          <em className="gh-absent">(no word)</em>
        ),
    },
    {
      key: 'outcome',
      title: 'Counts as',
      width: '9.5rem',
      from: 'md',
      cell: ({ outcome, result }) => <OutcomeLabel outcome={outcome} result={result} />,
    },
    {
      key: 'runs',
      title: 'Runs',
      isNumber: true,
      width: 'clamp(4rem, 8vw, 6rem)',
      cell: ({ runs }) => formatCount(runs),
    },
    {
      key: 'share',
      title: 'of all',
      isNumber: true,
      from: 'md',
      width: '6rem',
      cell: ({ runs }) => formatRate(runs / total),
    },
    {
      key: 'newest',
      title: 'Newest run',
      width: 'clamp(8rem, 30vw, 22rem)',
      cell: ({ newest }) => (
        <>
          <ViewLink to={runPath(newest.uuid)}>
            <Moment at={newest.started_at} relative />
          </ViewLink>
          {!isOfJob && <div className="gh-note gh-break">{newest.job}</div>}
        </>
      ),
    },
  ];
}
