import { useQuery } from '@tanstack/react-query';
import type { RecentFailure } from '../../api/types';
import { type Column, DataTable } from '../../components/DataTable';
import { EmptyNote } from '../../components/EmptyNote';
import { Moment } from '../../components/Moment';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { ViewLink } from '../../components/ViewLink';
import { plural } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { FailedResults } from '../overview/FailedResults';
import { FailureCount } from './parts';
import { failedRunsQuery, NEWEST_RUNS } from './queries';
import { type FailuresView, togglesOf } from './useFailures';

const PER_PAGE = 25;

const COLUMNS: readonly Column<RecentFailure>[] = [
  {
    key: 'run',
    title: 'Run',
    cell: ({ run }) => (
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
    cell: ({ run }) => (run.patchset ? `${run.change},${run.patchset}` : run.change),
  },
  { key: 'provider', title: 'Provider', from: 'lg', width: '10rem', cell: ({ run }) => run.provider },
  {
    key: 'result',
    title: 'Result',
    info: "the CI system's own word",
    from: 'lg',
    width: '8rem',
    cell: ({ run }) => <span className="gh-note">{run.result}</span>,
  },
  {
    key: 'failed',
    title: 'Failed tests',
    isNumber: true,
    width: 'clamp(4.5rem, 10vw, 7rem)',
    cell: ({ run }) => <FailureCount failures={run.counts.failed} incomplete={run.counts.incomplete} />,
  },
  {
    key: 'started',
    title: 'Started',
    width: 'clamp(6rem, 10vw, 8rem)',
    cell: ({ run }) => <Moment at={run.started_at} relative />,
  },
  {
    key: 'logs',
    title: 'Logs',
    from: 'lg',
    width: '5rem',
    cell: ({ run }) => <OutsideLink address={run.log_url}>Logs</OutsideLink>,
  },
];

/** The newest failed runs, each unfolding to what failed in it. */
export function FailedRuns(view: FailuresView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(failedRunsQuery(view));
  const { isOpen, onToggle } = togglesOf(view);
  return (
    <Panel title="Failed runs" testId="failed-runs" note={data ? noteOf(data.runs.length) : ' '}>
      <DataTable
        label="The failed runs"
        className="gh-failing"
        columns={COLUMNS}
        rows={data?.runs}
        rowKey={({ run }) => run.uuid}
        rowTestId="failed-run"
        paging={{ limit: PER_PAGE, offset: own.offset, onPage: (offset) => update({ offset, open: [] }) }}
        details={{
          isOpen: ({ run }) => isOpen(run.uuid),
          onToggle: ({ run }) => onToggle(run.uuid),
          content: ({ run, failed }) => <FailedResults run={run} failed={failed} />,
        }}
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        empty={<EmptyNote view={view} title="No failed runs" />}
      />
    </Panel>
  );
}

function noteOf(runs: number): string {
  if (runs < NEWEST_RUNS) return `${plural(runs, 'run')} of the period, newest first`;
  return `the newest ${NEWEST_RUNS} of the period; an earlier end or a filter shows others`;
}
