import { useQuery } from '@tanstack/react-query';
import { CountBar } from '../../components/CountBar';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { RateCell } from '../../components/RateCell';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, plural } from '../../lib/format';
import { jobPath } from '../../lib/paths';
import { type Job, jobsQuery } from './queries';
import type { GroupView, JOB_SORTS } from './useGroup';

const PER_PAGE = 100;

function count(key: 'passed' | 'failed' | 'infra', title: string, from?: 'md' | 'lg'): Column<Job> {
  return {
    key,
    title,
    isNumber: true,
    from,
    width: '5.5rem',
    sort: (job) => job[key],
    cell: (job) => formatCount(job[key]),
  };
}

function time(key: 'median' | 'mean', title: string): Column<Job> {
  const read = (job: Job) => (key === 'median' ? job.median_seconds : job.mean_seconds);
  const info = 'wall time of its passing runs';
  return {
    key,
    title,
    info,
    isNumber: true,
    from: 'lg',
    width: '8rem',
    sort: read,
    cell: (job) => <Duration seconds={read(job)} />,
  };
}

const COLUMNS: readonly Column<Job>[] = [
  {
    key: 'job',
    title: 'Job',
    firstClick: 'asc',
    sort: ({ job }) => job,
    cell: ({ job }) => <ViewLink to={jobPath(job)}>{job}</ViewLink>,
  },
  {
    key: 'bar',
    title: 'Outcomes',
    from: 'lg',
    width: '9.5rem',
    cell: ({ passed, failed, infra }) => <CountBar counts={{ passed, failed, infra }} />,
  },
  count('passed', 'Passed', 'md'),
  count('failed', 'Failed', 'md'),
  count('infra', 'Infra', 'md'),
  {
    key: 'failure_rate',
    title: 'Failure rate',
    info: 'failed / (passed + failed)',
    isNumber: true,
    width: '9.5rem',
    sort: ({ failure_rate }) => failure_rate,
    cell: (job) => (
      <RateCell rate={job.failure_rate} low={job.failure_rate_low} high={job.failure_rate_high} n={job.n} />
    ),
  },
  time('median', 'Median time'),
  time('mean', 'Mean time'),
  {
    key: 'newest',
    title: 'Newest run',
    isNumber: true,
    from: 'lg',
    width: '8rem',
    sort: ({ newest_run_at }) => Date.parse(newest_run_at),
    cell: ({ newest_run_at }) => <Moment at={newest_run_at} relative />,
  },
];

/** The jobs that the group's runs are of. */
export function JobsPanel(view: GroupView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(jobsQuery(view));
  const left = data ? data.total - data.jobs.length : 0;
  return (
    <Panel
      title="Jobs"
      testId="jobs"
      note={
        data ? (
          `${plural(data.total, 'job')}${left > 0 ? `; the ${formatCount(data.jobs.length)} that fail most often are shown` : ''}`
        ) : (
          <Like>xx jobs</Like>
        )
      }
    >
      <DataTable<Job, (typeof JOB_SORTS)[number]>
        label="The jobs"
        className="gh-jobs"
        columns={COLUMNS}
        rows={data?.jobs}
        rowKey={({ job }) => job}
        rowTestId="job"
        sort={{ key: own.sort, dir: own.dir }}
        onSort={(sort, dir) => update({ sort, dir, jobs: 0 })}
        rate={({ failure_rate }) => failure_rate}
        paging={{ limit: PER_PAGE, offset: own.jobs, onPage: (jobs) => update({ jobs }) }}
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        empty="None of these runs has a job with a name."
      />
    </Panel>
  );
}
