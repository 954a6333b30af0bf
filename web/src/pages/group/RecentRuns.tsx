import { useQuery } from '@tanstack/react-query';
import type { RunSummary } from '../../api/types';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { Moment } from '../../components/Moment';
import { OutcomeWithWord } from '../../components/OutcomeLabel';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { ViewLink } from '../../components/ViewLink';
import { formatCount } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { RECENT_RUNS, runsQuery } from './queries';
import type { GroupView } from './useGroup';

const PER_PAGE = 20;

const COLUMNS: readonly Column<RunSummary>[] = [
  {
    key: 'run',
    title: 'Run',
    cell: ({ uuid, job, project, pipeline, branch }) => (
      <>
        <ViewLink to={runPath(uuid)}>{job || uuid}</ViewLink>
        <div className="gh-note">{[project, pipeline, branch].filter((word) => word !== '').join(' · ')}</div>
      </>
    ),
  },
  {
    key: 'outcome',
    title: 'Outcome',
    width: 'clamp(9rem, 22vw, 15rem)',
    cell: ({ outcome, result }) => <OutcomeWithWord outcome={outcome} result={result} />,
  },
  {
    key: 'change',
    title: 'Change',
    from: 'lg',
    width: '8rem',
    cell: ({ change, patchset }) => (patchset ? `${change},${patchset}` : change),
  },
  {
    key: 'failed',
    title: 'Failed tests',
    isNumber: true,
    from: 'md',
    width: '7rem',
    cell: ({ counts: { total, failed } }) =>
      total === 0 ? <span className="gh-note">no results</span> : formatCount(failed),
  },
  {
    key: 'took',
    title: 'Took',
    isNumber: true,
    from: 'md',
    width: '8rem',
    cell: ({ seconds }) => <Duration seconds={seconds} />,
  },
  {
    key: 'started',
    title: 'Started',
    isNumber: true,
    width: 'clamp(5.5rem, 10vw, 8rem)',
    cell: ({ started_at }) => <Moment at={started_at} relative />,
  },
  {
    key: 'logs',
    title: 'Logs',
    from: 'lg',
    width: '5rem',
    cell: ({ log_url }) => <OutsideLink address={log_url}>Logs</OutsideLink>,
  },
];

/** The newest runs of the group, whatever came of them. */
export function RecentRuns(view: GroupView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(runsQuery(view));
  return (
    <Panel
      title="Recent runs"
      testId="recent-runs"
      note={data && data.runs.length === RECENT_RUNS ? `the newest ${RECENT_RUNS} of the period` : 'newest first'}
    >
      <DataTable
        label="The recent runs"
        className="gh-recent-runs"
        columns={COLUMNS}
        rows={data?.runs}
        rowKey={({ uuid }) => uuid}
        rowTestId="recent-run"
        paging={{ limit: PER_PAGE, offset: own.runs, onPage: (runs) => update({ runs }) }}
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        empty="No run in this period."
      />
    </Panel>
  );
}
