/** The columns that the list of tests and the tree share. */
import type { Column } from '../../components/DataTable';
import { RateCell } from '../../components/RateCell';
import type { TestRow } from '../../lib/countedRows';
import { formatCount } from '../../lib/format';
import type { PartRow } from './rows';

export function countColumn<Row extends TestRow | PartRow>(
  key: 'passed' | 'failed' | 'skipped',
  more: Partial<Column<Row>> = {},
): Column<Row> {
  const title = { passed: 'Passed', failed: 'Failed', skipped: 'Skipped' }[key];
  const info = { passed: 'Results that passed', failed: 'Results that failed', skipped: 'Results of skipped tests' }[
    key
  ];
  return { key, title, info, isNumber: true, width: '6rem', cell: (row) => <Count count={row[key]} />, ...more };
}

export function rateColumn<Row extends TestRow | PartRow>(more: Partial<Column<Row>> = {}): Column<Row> {
  return {
    key: 'failure_rate',
    title: 'Failure rate',
    info: 'failed / (passed + failed); skips do not count',
    isNumber: true,
    width: '9.5rem',
    cell: ({ rate, low, high, n }) => <RateCell rate={rate} low={low} high={high} n={n} />,
    ...more,
  };
}

function Count({ count }: { count: number }) {
  return count === 0 ? <span className="gh-note">0</span> : formatCount(count);
}
