import { useQuery } from '@tanstack/react-query';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { EmptyNote } from '../../components/EmptyNote';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { StatusWord } from '../../components/StatusWord';
import { TestName } from '../../components/TestName';
import { ViewLink } from '../../components/ViewLink';
import { plural } from '../../lib/format';
import { jobPath, runPath, testPath } from '../../lib/paths';
import { FailureSearch } from './FailureSearch';
import { Message, patternError } from './parts';
import { type Failure, failuresQuery, PER_PAGE } from './queries';
import { searchesOf } from './search';
import type { FailuresView } from './useFailures';

const COLUMNS: readonly Column<Failure>[] = [
  {
    key: 'test',
    title: 'Test',
    cell: ({ test, attempt, message }) => (
      <>
        <ViewLink to={testPath(test)}>
          <TestName name={test} />
        </ViewLink>
        {attempt > 0 && <span className="gh-note"> attempt {attempt + 1}</span>}
        {message && <Message text={message} />}
      </>
    ),
  },
  { key: 'status', title: 'Status', from: 'lg', width: '12rem', cell: ({ status }) => <StatusWord status={status} /> },
  {
    key: 'job',
    title: 'Job',
    from: 'md',
    width: '20%',
    cell: ({ run }) => (
      <>
        {run.job && <ViewLink to={jobPath(run.job)}>{run.job}</ViewLink>}
        <div className="gh-note">
          {[run.project, run.pipeline, run.branch].filter((word) => word !== '').join(' · ')}
        </div>
      </>
    ),
  },
  {
    key: 'seconds',
    title: 'Took',
    isNumber: true,
    from: 'lg',
    width: '6rem',
    cell: ({ seconds }) => <Duration seconds={seconds} />,
  },
  {
    key: 'started',
    title: 'Failed',
    width: '8rem',
    cell: ({ test, started_at, run }) => (
      <>
        <ViewLink to={runPath(run.uuid, test)}>Traceback</ViewLink>
        <div className="gh-note">
          <Moment at={started_at ?? run.started_at} relative />
        </div>
      </>
    ),
  },
];

/** Results that failed or never ended, one by one, those of the newest runs first. */
export function SingleFailures(view: FailuresView) {
  const { own, update } = view;
  const only = { test: own.test || undefined, whole_message: own.says || undefined };
  const { data, error, isPlaceholderData, refetch } = useQuery(failuresQuery(view, only, PER_PAGE, own.offset));
  const badPattern = patternError(error, own.q);
  return (
    <Panel
      title="Single failures"
      testId="single-failures"
      note={
        data ? (
          `${plural(data.total, 'result')} that failed or never ended, those of the newest runs first`
        ) : (
          <Like>xx results that failed or never ended, those of the newest runs first</Like>
        )
      }
    >
      <FailureSearch {...view} error={badPattern} />
      {!badPattern && (
        <DataTable
          label="The failures"
          className="gh-failing gh-failing-single"
          columns={COLUMNS}
          rows={data?.failures}
          rowKey={({ run, test, attempt }) => `${run.uuid} ${test} ${attempt}`}
          rowTestId="failure"
          paging={{
            limit: PER_PAGE,
            offset: own.offset,
            total: data?.total ?? 0,
            onPage: (offset) => update({ offset }),
          }}
          error={error}
          onRetry={() => refetch()}
          isStale={isPlaceholderData}
          empty={<EmptyNote view={view} title="No failures" search={searchesOf(view)} />}
        />
      )}
    </Panel>
  );
}
