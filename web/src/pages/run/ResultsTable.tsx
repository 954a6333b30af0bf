import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useIsWiderThan, WIDTH_LG } from '../../lib/hooks';
import { RESULT_SORTS, type ResultRow, type ResultSort } from '../../lib/results';
import { ResultRows } from './ResultRows';
import type { RunView } from './useRun';

interface Props {
  uuid: string;
  rows: ResultRow[]; // of this page
  own: RunView['own'];
  update: RunView['update'];
  picks: number;
  onToggle: (test: string) => void;
}

/** One page of results; a result that has something to show unfolds. */
export function ResultsTable({ uuid, rows, own, update, picks, onToggle }: Props) {
  const { sort, test: tests } = own;
  const columns = useIsWiderThan(WIDTH_LG) ? 6 : 4;
  const sortable = (column: ResultSort) => ({
    sort: {
      columnIndex: RESULT_SORTS.indexOf(column),
      sortBy: {
        index: RESULT_SORTS.indexOf(sort),
        direction: own.dir === 'desc' ? ('desc' as const) : ('asc' as const),
        defaultDirection: column === 'seconds' ? ('desc' as const) : ('asc' as const),
      },
      onSort: (_event: unknown, _index: number, direction: string) =>
        update({ sort: column, dir: direction === 'desc' ? 'desc' : 'asc', page: 0 }),
    },
  });
  return (
    <Table aria-label="Results" variant="compact" gridBreakPoint="" className="gh-results">
      <Thead>
        <Tr>
          <Th screenReaderText="Unfold" />
          <Th {...sortable('status')} modifier="nowrap">
            Status
          </Th>
          <Th {...sortable('test')}>Test</Th>
          <Th {...sortable('seconds')} className="gh-number" modifier="nowrap">
            Duration
          </Th>
          <Th {...sortable('offset')} className="gh-number gh-from-lg" modifier="nowrap">
            Started after
          </Th>
          <Th className="gh-from-lg" modifier="nowrap">
            Worker
          </Th>
        </Tr>
      </Thead>
      {rows.map((row, i) => (
        <ResultRows
          key={`${row.test}~${row.attempt}`}
          uuid={uuid}
          columns={columns}
          row={row}
          index={i}
          isOpen={tests.includes(row.test)}
          isLinked={tests[0] === row.test && row.attempt === 0}
          picks={picks}
          onToggle={() => onToggle(row.test)}
        />
      ))}
      {rows.length === 0 && (
        <Tbody>
          <Tr>
            <Td colSpan={columns}>No result matches the filters.</Td>
          </Tr>
        </Tbody>
      )}
    </Table>
  );
}
