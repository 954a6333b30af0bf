import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { keysQuery } from '../../api/queries';
import { Choice } from '../../components/Choice';
import { type Column, DataTable } from '../../components/DataTable';
import { Duration } from '../../components/Duration';
import { Panel } from '../../components/Panel';
import { RateCell } from '../../components/RateCell';
import { ViewLink } from '../../components/ViewLink';
import { formatCount, formatKey } from '../../lib/format';
import { groupPath, jobPath, testPath } from '../../lib/paths';
import { FILTERS } from '../../lib/viewState';
import { breakdownQuery, type TestBreakdown } from './queries';
import type { BREAKDOWN_SORTS, TestView } from './useTest';

const USUAL = ['job', 'pipeline', 'branch', 'provider'];
const ROWS = 10;

interface Row {
  value: string;
  passed: number;
  failed: number;
  skipped: number;
  n: number;
  rate: number | null;
  low: number | null;
  high: number | null;
  mean: number | null;
}

/** The test's results by the values of a key: where it fails. */
export function Breakdown(view: TestView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(breakdownQuery(view));
  const keys = useQuery(keysQuery).data;
  const others = keys ? [...keys.facts, ...keys.metadata].filter((key) => !USUAL.includes(key)) : [];
  const rows = useMemo(() => data && rowsOf(data), [data]);
  const columns = useMemo(() => columnsOf(data?.key ?? own.by, own.test), [data?.key, own.by, own.test]);
  const isOther = !USUAL.includes(own.by);
  return (
    <Panel
      title={`By ${formatKey(own.by).toLowerCase()}`}
      testId="breakdown"
      note="where the test fails"
      actions={
        <div className="gh-test-by">
          <ToggleGroup aria-label="Broken down by" isCompact>
            {USUAL.map((key) => (
              <ToggleGroupItem
                key={key}
                text={formatKey(key)}
                buttonId={`by-${key}`}
                isSelected={own.by === key}
                onChange={() => update({ by: key })}
              />
            ))}
          </ToggleGroup>
          <Choice
            name="Other"
            shown={isOther ? formatKey(own.by) : ''}
            value={own.by}
            options={others.map((key) => ({ value: key, label: formatKey(key) }))}
            onChoose={(by) => update({ by })}
          />
        </div>
      }
    >
      <DataTable<Row, (typeof BREAKDOWN_SORTS)[number]>
        label={`The results by ${formatKey(own.by).toLowerCase()}`}
        className="gh-test-breakdown"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.value}
        rate={(row) => row.rate}
        sort={{ key: own.sort, dir: own.dir }}
        onSort={(sort, dir) => update({ sort, dir }, true)}
        error={error}
        onRetry={refetch}
        isStale={isPlaceholderData}
        skeletonRows={ROWS}
        rowTestId="breakdown-row"
        empty="There are no results to break down."
        foot={
          data &&
          data.total > data.value.length && (
            <span className="gh-note">
              {formatCount(data.value.length)} of {formatCount(data.total)} values shown, those that fail most often
            </span>
          )
        }
      />
    </Panel>
  );
}

function rowsOf(data: TestBreakdown): Row[] {
  return data.value.map((value, i) => ({
    value,
    passed: data.passed[i] ?? 0,
    failed: data.failed[i] ?? 0,
    skipped: data.skipped[i] ?? 0,
    n: data.n[i] ?? 0,
    rate: data.failure_rate[i] ?? null,
    low: data.failure_rate_low[i] ?? null,
    high: data.failure_rate_high[i] ?? null,
    mean: data.mean_seconds[i] ?? null,
  }));
}

function columnsOf(key: string, test: string): Column<Row>[] {
  return [
    {
      key: 'value',
      title: formatKey(key),
      firstClick: 'asc',
      sort: (row) => row.value,
      cell: (row) => <Value grouping={key} value={row.value} test={test} />,
    },
    {
      key: 'failed',
      title: 'Failed',
      isNumber: true,
      width: '5rem',
      sort: (row) => row.failed,
      cell: (row) => formatCount(row.failed),
    },
    {
      key: 'passed',
      title: 'Passed',
      isNumber: true,
      width: '5.25rem',
      from: 'md',
      sort: (row) => row.passed,
      cell: (row) => formatCount(row.passed),
    },
    {
      key: 'skipped',
      title: 'Skipped',
      isNumber: true,
      width: '5.5rem',
      from: 'md',
      sort: (row) => row.skipped,
      cell: (row) => formatCount(row.skipped),
    },
    {
      key: 'rate',
      title: '% failed',
      isNumber: true,
      width: '9.5rem',
      sort: (row) => row.rate,
      cell: (row) => <RateCell rate={row.rate} low={row.low} high={row.high} n={row.n} />,
    },
    {
      key: 'mean',
      title: 'Mean time',
      info: 'Of the successes that have a duration',
      isNumber: true,
      width: '7rem',
      from: 'md',
      sort: (row) => row.mean,
      cell: (row) => <Duration seconds={row.mean} />,
    },
  ];
}

/** A job leads to its page; another fact narrows this page to it, a free key leads to its group's page. */
function Value({ grouping, value, test }: { grouping: string; value: string; test: string }) {
  if (!value) return <em className="gh-absent">(no {formatKey(grouping).toLowerCase()})</em>;
  if (grouping === 'job') return <ViewLink to={jobPath(value)}>{value}</ViewLink>;
  const isFilter = (FILTERS as readonly string[]).includes(grouping);
  return (
    <ViewLink
      to={isFilter ? testPath(test) : groupPath(grouping, value)}
      own={isFilter ? { [grouping]: value, by: grouping } : undefined}
      title={isFilter ? `Only results of this ${grouping}` : undefined}
    >
      {value}
    </ViewLink>
  );
}
