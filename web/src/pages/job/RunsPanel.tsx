import { useQuery } from '@tanstack/react-query';
import type { RunSummary } from '../../api/types';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { EmptyNote } from '../../components/EmptyNote';
import { Moment } from '../../components/Moment';
import { OutcomeWithWord } from '../../components/OutcomeLabel';
import { OutsideLink } from '../../components/OutsideLink';
import { Panel } from '../../components/Panel';
import { ViewLink } from '../../components/ViewLink';
import { formatCount } from '../../lib/format';
import { groupPath, runPath } from '../../lib/paths';
import { RECENT_RUNS, recentRunsQuery } from './queries';
import type { JobView } from './useJob';

const PER_PAGE = 10;

/** The job's newest runs of the period. */
export function RunsPanel({ view, total }: { view: JobView; total: number | undefined }) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(recentRunsQuery(view));
  const isCut = total !== undefined && total > RECENT_RUNS;
  return (
    <Panel
      title="Recent runs"
      note={
        isCut ? `newest first, ${RECENT_RUNS} of ${formatCount(total)} in the period` : 'of the period, newest first'
      }
      testId="runs"
    >
      <DataTable
        label="The recent runs"
        columns={COLUMNS}
        rows={data?.runs}
        rowKey={({ uuid }) => uuid}
        rowTestId="run"
        className="gh-job-runs"
        paging={{ limit: PER_PAGE, offset: own.runs, onPage: (runs) => update({ runs }) }}
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        skeletonRows={PER_PAGE}
        empty={<EmptyNote view={view} title="No runs" />}
      />
    </Panel>
  );
}

const COLUMNS: readonly Column<RunSummary>[] = [
  {
    key: 'started_at',
    title: 'Run started',
    width: '10rem',
    cell: ({ uuid, started_at }) => (
      <ViewLink to={runPath(uuid)}>
        <Moment at={started_at} />
      </ViewLink>
    ),
  },
  {
    key: 'outcome',
    title: 'Outcome',
    width: '15rem',
    cell: ({ outcome, result }) => <OutcomeWithWord outcome={outcome} result={result} />,
  },
  {
    key: 'seconds',
    title: 'Run time',
    isNumber: true,
    from: 'md',
    width: '8rem',
    cell: ({ seconds }) => <Duration seconds={seconds} />,
  },
  {
    key: 'failed',
    title: 'Failed tests',
    isNumber: true,
    width: '7rem',
    cell: ({ counts }) => <FailedTests counts={counts} />,
  },
  { key: 'change', title: 'Change', from: 'lg', width: '8rem', cell: (run) => changeOf(run) },
  {
    key: 'project',
    title: 'Project',
    from: 'lg',
    cell: ({ project }) => project && <ViewLink to={groupPath('project', project)}>{project}</ViewLink>,
  },
  { key: 'pipeline', title: 'Pipeline', from: 'lg', width: '8rem', cell: ({ pipeline }) => pipeline },
  { key: 'branch', title: 'Branch', from: 'lg', width: '9rem', cell: ({ branch }) => branch },
  {
    key: 'logs',
    title: 'Logs',
    from: 'lg',
    width: '5rem',
    cell: ({ log_url }) => <OutsideLink address={log_url}>Logs</OutsideLink>,
  },
];

function FailedTests({ counts }: { counts: RunSummary['counts'] }) {
  if (counts.total === 0) return <span className="gh-note">no results</span>;
  return (
    <>
      {formatCount(counts.failed)} <span className="gh-note">of {formatCount(counts.total)}</span>
      {counts.incomplete > 0 && <div className="gh-note">{formatCount(counts.incomplete)} incomplete</div>}
    </>
  );
}

/** The change as Gerrit writes it, with its patchset: 912345,3. */
function changeOf({ change, patchset }: RunSummary): string {
  return patchset ? `${change},${patchset}` : change;
}
