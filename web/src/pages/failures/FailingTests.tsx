import { useQuery } from '@tanstack/react-query';
import { Covered } from '../../components/Covered';
import { type Column, DataTable } from '../../components/DataTable';
import { EmptyNote } from '../../components/EmptyNote';
import { Like } from '../../components/Like';
import { Panel } from '../../components/Panel';
import { RateCell } from '../../components/RateCell';
import { TestName } from '../../components/TestName';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, formatRate, plural } from '../../lib/format';
import { testPath } from '../../lib/paths';
import { FailureList } from './FailureList';
import { FailureSearch } from './FailureSearch';
import { FailureCount, failuresInWords, Message, NEWEST_WIDTH, Newest, patternError } from './parts';
import { type FailingTest, failingTestsQuery, PER_PAGE } from './queries';
import { searchesOf } from './search';
import { type FailuresView, type ORDERS, togglesOf } from './useFailures';

const COLUMNS: readonly Column<FailingTest>[] = [
  {
    key: 'test',
    title: 'Test',
    cell: ({ test, newest, failure_rate, ...counts }) => (
      <>
        <ViewLink to={testPath(test)}>
          <TestName name={test} />
        </ViewLink>
        {newest.message && <Message text={newest.message} />}
        <div className="gh-note gh-below-md">
          {failuresInWords(counts)}, {formatRate(failure_rate)}
        </div>
      </>
    ),
  },
  {
    key: 'failures',
    title: 'Failures',
    info: 'Results that failed; those that never ended are counted apart',
    sort: 'server',
    isNumber: true,
    from: 'md',
    width: '6.5rem',
    cell: (row) => <FailureCount {...row} />,
  },
  {
    key: 'runs',
    title: 'Runs',
    info: 'Runs in which it failed',
    sort: 'server',
    isNumber: true,
    from: 'lg',
    width: '5rem',
    cell: ({ runs }) => formatCount(runs),
  },
  {
    key: 'jobs',
    title: 'Jobs',
    info: 'Jobs in which it failed',
    isNumber: true,
    from: 'lg',
    width: '4rem',
    cell: ({ jobs }) => formatCount(jobs),
  },
  {
    key: 'rate',
    title: 'Failure rate',
    info: 'failed / (passed + failed), of all its results under the filters',
    isNumber: true,
    from: 'md',
    width: '9.5rem',
    cell: (row) => (
      <RateCell rate={row.failure_rate} low={row.failure_rate_low} high={row.failure_rate_high} n={row.n} />
    ),
  },
  {
    key: 'newest',
    title: 'Newest',
    width: NEWEST_WIDTH,
    cell: ({ test, newest }) => <Newest uuid={newest.uuid} test={test} at={newest.started_at} />,
  },
];

/** The tests that fail most, each with its newest failure. */
export function FailingTests(view: FailuresView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(failingTestsQuery(view));
  const badPattern = patternError(error, own.q);
  const { isOpen, onToggle } = togglesOf(view);
  return (
    <Panel
      title="Failing tests"
      testId="failing-tests"
      note={
        data ? (
          `${plural(data.total, 'test')} that failed or never ended, those that fail most first`
        ) : (
          <Like>xx tests that failed or never ended, those that fail most first</Like>
        )
      }
    >
      <FailureSearch {...view} error={badPattern} />
      <Covered covered={data?.covered} />
      {!badPattern && (
        <DataTable<FailingTest, (typeof ORDERS)[number]>
          label="The failing tests"
          className="gh-failing"
          columns={COLUMNS}
          rows={data?.tests}
          rowKey={({ test }) => test}
          rowTestId="failing-test"
          sort={{ key: own.sort, dir: 'desc' }}
          onSort={(sort) => update({ sort, offset: 0 })}
          rate={({ failure_rate }) => failure_rate}
          paging={{
            limit: PER_PAGE,
            offset: own.offset,
            total: data?.total ?? 0,
            onPage: (offset) => update({ offset, open: [] }),
          }}
          details={{
            isOpen: ({ test }) => isOpen(test),
            onToggle: ({ test }) => onToggle(test),
            content: ({ test }) => <FailureList view={view} only={{ test }} />,
          }}
          error={error}
          onRetry={() => refetch()}
          isStale={isPlaceholderData}
          empty={<EmptyNote view={view} title="No failing tests" search={searchesOf(view)} />}
        />
      )}
    </Panel>
  );
}
