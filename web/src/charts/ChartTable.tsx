import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Moment } from '../components/Moment';
import { type DataColumn, type DataValue, isNumeric } from '../lib/dataFile';
import { formatCount } from '../lib/format';

const MOST = 500; // rows: more are for a program, which downloads them

interface Props {
  label: string;
  columns: readonly DataColumn[];
  height?: string;
}

/** A chart's data as a table, in the chart's place. */
export function ChartTable({ label, columns, height }: Props) {
  const count = columns[0]?.values.length ?? 0;
  const rows = Array.from({ length: Math.min(count, MOST) }, (_, i) => i);
  const classes = columns.map((column) => (isNumeric(column) ? 'gh-number' : 'gh-nowrap'));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="gh-chart gh-chart-table" style={{ height }} aria-label={label} tabIndex={0}>
      <Table aria-label={label} variant="compact" gridBreakPoint="" isStickyHeader>
        <Thead>
          <Tr>
            {columns.map(({ name }, at) => (
              <Th key={name} className={classes[at]} modifier="nowrap">
                {name}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((i) => (
            <Tr key={i}>
              {columns.map(({ name, values, isTime, show = plain }, at) => (
                <Td key={name} className={classes[at]}>
                  {isTime ? <Moment at={String(values[i])} seconds /> : show(values[i] ?? null)}
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
      {count > MOST && (
        <p className="gh-note">
          The first {MOST} of {formatCount(count)} rows; the downloads hold all.
        </p>
      )}
    </section>
  );
}

function plain(value: DataValue): string {
  return value === null ? '–' : typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
}
