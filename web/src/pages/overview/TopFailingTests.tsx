import { useQuery } from '@tanstack/react-query';
import type { FailingTest } from '../../api/types';
import { Covered } from '../../components/Covered';
import { type Column, DataTable } from '../../components/DataTable';
import { EmptyNote } from '../../components/EmptyNote';
import { Moment } from '../../components/Moment';
import { Panel } from '../../components/Panel';
import { PlainText } from '../../components/PlainText';
import { RateCell } from '../../components/RateCell';
import { TestName } from '../../components/TestName';
import { ViewLink } from '../../components/ViewLink';
import { formatCount } from '../../lib/format';
import { FAILURES, runPath, testPath } from '../../lib/paths';
import { FAILING_TESTS, failingTestsQuery } from './queries';
import type { Overview } from './useOverview';

const COLUMNS: readonly Column<FailingTest>[] = [
  {
    key: 'test',
    title: 'Test',
    cell: ({ test, newest }) => (
      <>
        <ViewLink to={testPath(test)}>
          <TestName name={test} />
        </ViewLink>
        {newest.message && (
          <div className="gh-message" title={newest.message}>
            <PlainText text={newest.message} />
          </div>
        )}
      </>
    ),
  },
  {
    key: 'failures',
    title: 'Failures',
    info: 'Results that failed in the period',
    isNumber: true,
    width: '5.5rem',
    cell: ({ failures, incomplete }) => (
      <>
        {formatCount(failures)}
        {incomplete > 0 && <div className="gh-note">{formatCount(incomplete)} incomplete</div>}
      </>
    ),
  },
  {
    key: 'rate',
    title: '% failed',
    info: 'Of its results that passed or failed',
    isNumber: true,
    from: 'md',
    width: '11rem',
    cell: (test) => (
      <RateCell rate={test.failure_rate} low={test.failure_rate_low} high={test.failure_rate_high} n={test.n} />
    ),
  },
  {
    key: 'jobs',
    title: 'Jobs',
    info: 'In which it failed',
    isNumber: true,
    from: 'md',
    width: '4.5rem',
    cell: ({ jobs }) => formatCount(jobs),
  },
  {
    key: 'newest',
    title: 'Newest failure',
    info: 'The run in which it failed last, at its traceback',
    cell: ({ test, newest }) => (
      <>
        <ViewLink to={runPath(newest.uuid, test)}>
          <Moment at={newest.started_at} relative />
        </ViewLink>
        <div className="gh-note">{newest.job}</div>
      </>
    ),
  },
];

/** The tests that fail most, each with the way to its newest traceback. */
export function TopFailingTests(overview: Overview) {
  const { data, error, refetch, isPlaceholderData } = useQuery(failingTestsQuery(overview));
  return (
    <Panel
      title="Tests that fail most"
      note="of the period; the newest failure leads to its traceback"
      testId="failing-tests"
      actions={
        data && data.total > FAILING_TESTS ? (
          <ViewLink to={FAILURES} className="gh-nowrap">
            All failures
          </ViewLink>
        ) : undefined
      }
    >
      <Covered covered={data?.covered} />
      <DataTable
        label="The failing tests"
        columns={COLUMNS}
        rows={data?.tests}
        rowKey={({ test }) => test}
        rate={({ failure_rate }) => failure_rate}
        error={error}
        onRetry={() => refetch()}
        isStale={isPlaceholderData}
        skeletonRows={FAILING_TESTS}
        rowLines={2}
        rowTestId="failing-test"
        className="gh-failing-tests"
        empty={<EmptyNote view={overview} title="No test failed" />}
      />
    </Panel>
  );
}
