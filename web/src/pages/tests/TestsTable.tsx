import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiError } from '../../api/client';
import { Covered } from '../../components/Covered';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { EmptyNote } from '../../components/EmptyNote';
import { Like } from '../../components/Like';
import { Panel } from '../../components/Panel';
import { TestName } from '../../components/TestName';
import { ViewLink } from '../../components/ViewLink';
import { type TestRow, testRows } from '../../lib/countedRows';
import { plural } from '../../lib/format';
import { testPath } from '../../lib/paths';
import { VIRTUAL_FROM } from '../../lib/virtual';
import { countColumn, rateColumn } from './columns';
import { LimitChoice, TabChoice } from './ListTools';
import { totalsQuery } from './queries';
import { searchOf, TestSearch } from './TestSearch';
import type { ORDERS, TestsView } from './useTests';

const COLUMNS: readonly Column<TestRow>[] = [
  {
    key: 'name',
    title: 'Test',
    sort: 'server',
    firstClick: 'asc',
    cell: ({ test }) => (
      <ViewLink to={testPath(test)} title={test}>
        <TestName name={test} />
      </ViewLink>
    ),
  },
  countColumn('passed', { from: 'lg' }),
  countColumn('failed', { from: 'md', sort: 'server' }),
  countColumn('skipped', { from: 'lg' }),
  rateColumn({ sort: 'server' }),
  {
    key: 'mean_seconds',
    title: 'Mean run time',
    info: 'of the successes that have a duration',
    sort: 'server',
    isNumber: true,
    from: 'md',
    width: '9rem',
    cell: ({ meanSeconds }) => <Duration seconds={meanSeconds} />,
  },
];

/** What the results of each test come to, a page at a time. */
export function TestsTable(view: TestsView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(totalsQuery(view));
  const rows = useMemo(() => data && testRows(data), [data]);
  const badPattern = error instanceof ApiError && error.status === 400 && own.q ? error.message : undefined;
  const found = data && plural(data.total, 'test');
  return (
    <Panel
      title="Tests"
      testId="tests"
      note={
        data ? (
          `${found} with results in the period${own.q || own.contains ? ', of those searched for' : ''}`
        ) : (
          <Like>xx tests with results in the period</Like>
        )
      }
      actions={<TabChoice {...view} />}
    >
      <div className="gh-tools">
        <TestSearch {...view} error={badPattern} />
        <LimitChoice {...view} total={data?.total} />
      </div>
      <Covered covered={data?.covered} />
      {!badPattern && (
        <DataTable<TestRow, (typeof ORDERS)[number]>
          label="The tests"
          className={`gh-tests ${own.limit > VIRTUAL_FROM ? 'gh-tests-even' : ''}`}
          columns={COLUMNS}
          rows={rows}
          rowKey={({ test }) => test}
          rowTestId="test-row"
          sort={{ key: own.sort, dir: own.dir }}
          onSort={(sort, dir) => update({ sort, dir, offset: 0 })}
          rate={({ rate }) => rate}
          paging={{
            limit: own.limit,
            offset: own.offset,
            total: data?.total ?? 0,
            onPage: (offset) => update({ offset }),
          }}
          error={error}
          onRetry={() => refetch()}
          isStale={isPlaceholderData}
          skeletonRows={12}
          empty={<EmptyNote view={view} title="No tests" search={searchOf(own)} />}
        />
      )}
    </Panel>
  );
}
