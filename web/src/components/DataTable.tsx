import { Pagination } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, type ThProps, Tr } from '@patternfly/react-table';
import { type ReactNode, useMemo, useRef } from 'react';
import { formatCount, plural } from '../lib/format';
import { useIsWiderThan, WIDTH_LG, WIDTH_MD } from '../lib/hooks';
import { type Direction, type SortValue, sortedBy } from '../lib/sorting';
import { levelOf } from '../lib/threshold';
import { useDrawnRows } from '../lib/virtual';
import { ErrorState } from './ErrorState';
import { LevelLegend } from './LevelMark';
import { Rows } from './Rows';

export interface Column<Row> {
  key: string; // of a sortable column: one of the page's words for sorting
  title: string;
  info?: string; // what the column says, on hover
  cell: (row: Row) => ReactNode;
  sort?: 'server' | ((row: Row) => SortValue); // sortable: by the server (the page asks anew), or here by this value
  firstClick?: Direction; // 'desc'
  isNumber?: boolean; // right-aligned
  from?: 'md' | 'lg'; // hidden on windows that are narrower
  width?: string; // CSS
}

export interface Paging {
  limit: number;
  offset: number;
  total?: number; // how many rows the server has; none: the table is given all rows and pages them itself
  onPage: (offset: number) => void;
}

interface Props<Row, Key extends string> {
  label: string; // what the table lists, as "The tests": heads errors too
  columns: readonly Column<Row>[];
  rows: readonly Row[] | undefined; // none while loading
  rowKey: (row: Row) => string;
  sort?: { key: Key; dir: Direction };
  onSort?: (key: Key, dir: Direction) => void;
  rate?: (row: Row) => number | null; // colours the rows by the thresholds of failure rates, with a legend
  paging?: Paging;
  details?: { isOpen: (row: Row) => boolean; onToggle: (row: Row) => void; content: (row: Row) => ReactNode };
  error?: Error | null;
  onRetry?: () => void;
  isStale?: boolean; // rows of the question before (TanStack's isPlaceholderData)
  empty: ReactNode; // why there are no rows, and what to do
  skeletonRows?: number; // 8
  rowLines?: 1 | 2; // that a row mostly has, while loading; 1
  rowTestId?: string;
  className?: string;
  foot?: ReactNode; // beside the legend
}

/** A table; past 500 rows only those in the window are drawn. Sorting, paging, colours by failure rate, and what it says while loading, when empty and when it failed. */
export function DataTable<Row, Key extends string = string>(props: Props<Row, Key>) {
  const { label, rows, error, onRetry, empty, skeletonRows = 8, rowLines, rate } = props;
  if (error) return <ErrorState what={label} error={error} onRetry={onRetry ?? (() => window.location.reload())} />;
  if (!rows) return <Rows count={skeletonRows + (rate ? 2 : 1)} label={label} lines={rowLines} />; // with head and foot
  if (rows.length === 0 && !props.paging?.offset) {
    return (
      <div className="gh-empty" data-testid="empty-table">
        {empty}
      </div>
    );
  }
  return <FilledTable {...props} rows={rows} />;
}

function FilledTable<Row, Key extends string>(props: Props<Row, Key> & { rows: readonly Row[] }) {
  const { label, columns, rows, rowKey, sort, onSort, rate, paging, details, isStale, className = '', foot } = props;
  const sorter = columns.find(({ key }) => key === sort?.key)?.sort;
  const sorted = useMemo(
    () => (sort && typeof sorter === 'function' ? sortedBy(rows, sorter, sort.dir) : rows),
    [rows, sort?.dir, sorter, sort],
  );
  const page =
    paging && paging.total === undefined ? sorted.slice(paging.offset, paging.offset + paging.limit) : sorted;
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, end, rowHeight } = useDrawnRows(page.length, body);
  const isVirtual = end - first < page.length;
  // Of the columns that are shown: a cell across more would make columns of its own, which take room from the others.
  const isWider = { md: useIsWiderThan(WIDTH_MD), lg: useIsWiderThan(WIDTH_LG) };
  const span = columns.filter(({ from }) => !from || isWider[from]).length + (details ? 1 : 0);
  const total = paging?.total ?? sorted.length;
  const pages = paging && total > paging.limit && (
    <Pages paging={paging} total={total} shown={page.length} label={label} />
  );
  return (
    <div className={isStale ? 'gh-stale' : 'gh-fresh'} aria-busy={isStale}>
      <Table
        aria-label={label}
        aria-rowcount={isVirtual ? page.length + 1 : undefined}
        variant="compact"
        gridBreakPoint=""
        className={`gh-table ${className}`}
      >
        <Thead>
          <Tr>
            {details && <Th screenReaderText="Unfold" className="gh-unfold" />}
            {columns.map((column, at) => (
              <Th
                key={column.key}
                className={classOf(column)}
                modifier="nowrap"
                style={column.width ? { width: column.width } : undefined}
                title={column.info}
                {...(column.sort && onSort ? { sort: sortOf(columns, at, sort, onSort) } : {})}
              >
                {column.title}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody ref={body}>
          {first > 0 && <Gap span={span} height={first * rowHeight} />}
          {page.slice(first, end).map((row, i) => {
            const level = rate && levelOf(rate(row));
            const isOpen = details?.isOpen(row) ?? false;
            return [
              <Tr
                key={rowKey(row)}
                className={level && `gh-level gh-level-${level}`}
                data-testid={props.rowTestId}
                aria-rowindex={isVirtual ? first + i + 2 : undefined}
              >
                {details && (
                  <Td expand={{ rowIndex: first + i, isExpanded: isOpen, onToggle: () => details.onToggle(row) }} />
                )}
                {columns.map((column) => (
                  <Td key={column.key} className={classOf(column)}>
                    {column.cell(row)}
                  </Td>
                ))}
              </Tr>,
              details && isOpen && (
                <Tr key={`${rowKey(row)} details`} isExpanded>
                  <Td colSpan={span}>
                    <ExpandableRowContent>{details.content(row)}</ExpandableRowContent>
                  </Td>
                </Tr>
              ),
            ];
          })}
          {end < page.length && <Gap span={span} height={(page.length - end) * rowHeight} />}
          {page.length === 0 && (
            <Tr>
              <Td colSpan={span}>There are no further rows. Go back to the first page.</Td>
            </Tr>
          )}
        </Tbody>
      </Table>
      {(rate || foot || pages) && (
        <div className="gh-table-foot">
          {rate && <LevelLegend />}
          {foot}
          {pages}
        </div>
      )}
    </div>
  );
}

function classOf<Row>({ isNumber, from }: Column<Row>): string {
  return `${isNumber ? 'gh-number' : 'gh-break'} ${from ? `gh-from-${from}` : ''}`;
}

function sortOf<Row, Key extends string>(
  columns: readonly Column<Row>[],
  at: number,
  sort: { key: Key; dir: Direction } | undefined,
  onSort: (key: Key, dir: Direction) => void,
): ThProps['sort'] {
  const column = columns[at] as Column<Row>;
  const firstClick = column.firstClick ?? 'desc';
  return {
    columnIndex: at,
    sortBy: {
      index: columns.findIndex(({ key }) => key === sort?.key),
      direction: sort?.dir,
      defaultDirection: firstClick,
    },
    onSort: () => {
      const opposite = sort?.dir === 'asc' ? 'desc' : 'asc';
      onSort(column.key as Key, sort?.key === column.key ? opposite : firstClick);
    },
  };
}

/** Stands for rows that are not drawn. */
function Gap({ span, height }: { span: number; height: number }) {
  return (
    <tr style={{ height }}>
      <td colSpan={span} />
    </tr>
  );
}

function Pages({ paging, total, shown, label }: { paging: Paging; total: number; shown: number; label: string }) {
  const { limit, offset, onPage } = paging;
  return (
    <div className="gh-pages">
      <span className="gh-note" data-testid="page-of">
        {shown > 0 && `${formatCount(offset + 1)}–${formatCount(offset + shown)} of `}
        {plural(total, 'row')}
      </span>
      <Pagination
        variant="bottom"
        isStatic
        isCompact
        widgetId={`pages-${label.replaceAll(' ', '-').toLowerCase()}`}
        itemCount={total}
        perPage={limit}
        perPageOptions={[]}
        page={Math.floor(offset / limit) + 1}
        onSetPage={(_event, page) => onPage((page - 1) * limit)}
        titles={{ paginationAriaLabel: `Pages: ${label}` }}
      />
    </div>
  );
}
