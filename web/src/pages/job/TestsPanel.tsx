import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { ApiError } from '../../api/client';
import type { components } from '../../api/schema';
import { Choice } from '../../components/Choice';
import { Covered } from '../../components/Covered';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { EmptyNote } from '../../components/EmptyNote';
import { Panel } from '../../components/Panel';
import { RateCell } from '../../components/RateCell';
import { SearchField } from '../../components/SearchField';
import { Sparkline } from '../../components/Sparkline';
import { TestName } from '../../components/TestName';
import { ViewLink } from '../../components/ViewLink';
import { type TestRow, testRows } from '../../lib/countedRows';
import { formatCount, plural } from '../../lib/format';
import { testPath } from '../../lib/paths';
import { askable, failureSeriesQuery, testsQuery } from './queries';
import { type JobView, PER_PAGE, type TestSort } from './useJob';

interface Row extends TestRow {
  trend?: number[]; // failures over the period; none while loading
}

/** The job's tests, those that fail most often first. */
export function TestsPanel({ view }: { view: JobView }) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(testsQuery(view));
  const trends = useTrends(view, data?.test ?? NONE);
  const rows = useMemo(
    () => data && testRows(data).map((row): Row => ({ ...row, trend: trends.get(row.test) })),
    [data, trends],
  );
  const search = useCallback((q: string) => update({ q, offset: 0 }, true), [update]);
  const badPattern = error instanceof ApiError && error.status === 400 && own.q ? error.message : undefined;
  return (
    <Panel
      title="Tests"
      testId="tests"
      note={data && `${plural(data.total, 'test')} with results in the period`}
      actions={
        <div className="gh-job-tools">
          <SearchField label="Search tests (regex)" value={own.q} onSearch={search} error={badPattern} />
          <Choice
            name="Rows"
            shown={own.limit}
            value={own.limit}
            options={PER_PAGE.map((count) => ({ value: count, label: count }))}
            onChoose={(count) => update({ limit: PER_PAGE.find((one) => one === count) ?? '50', offset: 0 })}
          />
        </div>
      }
    >
      <Covered covered={data?.covered} />
      {!badPattern && (
        <DataTable<Row, TestSort>
          label="The tests"
          columns={COLUMNS}
          rows={rows}
          rowKey={({ test }) => test}
          rowTestId="test"
          className="gh-job-tests"
          rate={({ rate }) => rate}
          sort={{ key: own.sort, dir: own.dir }}
          onSort={(sort, dir) => update({ sort, dir, offset: 0 })}
          paging={{
            limit: Number(own.limit),
            offset: own.offset,
            total: data?.total ?? 0,
            onPage: (offset) => update({ offset }),
          }}
          error={error}
          onRetry={() => refetch()}
          isStale={isPlaceholderData}
          skeletonRows={12}
          empty={
            own.q ? (
              <p>No test of this job in the period matches the search.</p>
            ) : (
              <EmptyNote view={view} title="No test results">
                The job may run no tests, or its results were not sent.
              </EmptyNote>
            )
          }
        />
      )}
    </Panel>
  );
}

const NONE: string[] = [];

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    title: 'Test',
    sort: 'server',
    firstClick: 'asc',
    cell: ({ test }) => (
      <ViewLink to={testPath(test)}>
        <TestName name={test} />
      </ViewLink>
    ),
  },
  {
    key: 'passed',
    title: 'Passed',
    isNumber: true,
    from: 'md',
    width: '6rem',
    cell: ({ passed }) => formatCount(passed),
  },
  {
    key: 'failed',
    title: 'Failed',
    sort: 'server',
    isNumber: true,
    width: '6.5rem',
    from: 'md',
    cell: ({ failed, incomplete }) => (
      <>
        {formatCount(failed)}
        {incomplete > 0 && <div className="gh-note">{formatCount(incomplete)} incomplete</div>}
      </>
    ),
  },
  {
    key: 'skipped',
    title: 'Skipped',
    isNumber: true,
    from: 'md',
    width: '6rem',
    cell: ({ skipped }) => formatCount(skipped),
  },
  {
    key: 'failure_rate',
    title: 'Failure rate',
    info: 'failed / (passed + failed), with its 95 % interval',
    sort: 'server',
    isNumber: true,
    width: '11rem',
    cell: ({ rate, low, high, n }) => <RateCell rate={rate} low={low} high={high} n={n} />,
  },
  {
    key: 'mean_seconds',
    title: 'Mean time',
    info: 'of successes',
    sort: 'server',
    isNumber: true,
    from: 'md',
    width: '8rem',
    cell: ({ meanSeconds }) => <Duration seconds={meanSeconds} />,
  },
  {
    key: 'trend',
    title: 'Failures over time',
    from: 'lg',
    width: '9.5rem',
    cell: ({ trend, failed }) =>
      trend && <Sparkline failed={trend} label={`Failures over the period: ${formatCount(failed)}`} />,
  },
];

/** When the tests that are shown failed. */
function useTrends(view: JobView, tests: string[]): ReadonlyMap<string, number[]> {
  const lists = useMemo(() => askable(tests), [tests]);
  return useQueries({
    queries: lists.map((list) => failureSeriesQuery(view, list)),
    combine: combineTrends,
  });
}

type Answers = readonly { data?: components['schemas']['FailureSeries'] }[];

function combineTrends(answers: Answers): Map<string, number[]> {
  return new Map(
    answers.flatMap(({ data }) =>
      (data?.test ?? []).map((test, i): [string, number[]] => [test, data?.failed[i] ?? []]),
    ),
  );
}
