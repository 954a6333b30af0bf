// biome-ignore-all lint/a11y/useSemanticElements: a table of which a part is drawn cannot be laid out as a table
// biome-ignore-all lint/a11y/useFocusableInteractive: cells are focusable one at a time, and headers by the link in them
import { memo } from 'react';
import { Link } from 'react-router';
import { PlainText } from '../../../components/PlainText';
import { STATUS_WORDS } from '../../../components/StatusWord';
import { formatCount } from '../../../lib/format';
import { testPath } from '../../../lib/paths';
import type { JobView } from '../useJob';
import { cellOf, rowName, SIGNS } from './cells';
import { BLOCK, CELL, HEAD, NAME_NARROW } from './measures';
import type { GridRow } from './useGridData';

interface Props {
  at: number; // the row's position
  row: GridRow | undefined; // none while it is loading
  blocks: readonly number[]; // of columns, that are drawn
  columns: number; // that there are
  name: number; // pixels of the tests' column
  active: number | undefined; // the column of this line that can be tabbed to
  isTold: boolean; // whether the details are of a cell of this line
  linkTo: JobView['linkTo'];
}

/** One test in the runs that are in view. */
export const GridLine = memo(function GridLine({ at, row, blocks, columns, name, active, isTold, linkTo }: Props) {
  const bad = row ? row.failures + row.incomplete : 0;
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      className={`gh-grid-line ${isTold ? 'gh-grid-line-told' : ''}`}
      style={{ top: HEAD + at * CELL, height: CELL }}
      data-testid="grid-line"
    >
      <div role="rowheader" aria-colindex={1} className="gh-grid-test" style={{ width: name }}>
        {row ? (
          <Link
            to={linkTo(testPath(row.test))}
            title={row.test}
            data-cell={`${at}:-1`}
            tabIndex={active === -1 ? 0 : -1}
          >
            <PlainText text={rowName(row.test, name === NAME_NARROW)} />
          </Link>
        ) : (
          <span className="gh-note" data-cell={`${at}:-1`} tabIndex={active === -1 ? 0 : -1}>
            loading …
          </span>
        )}
        {bad > 0 && (
          <span className="gh-grid-bad" title={`${formatCount(bad)} failed or incomplete in these runs`}>
            {formatCount(bad)}
          </span>
        )}
      </div>
      {blocks.map((block) => (
        <GridBlock
          key={block}
          at={at}
          row={row}
          first={block * BLOCK}
          end={Math.min(columns, (block + 1) * BLOCK)}
          name={name}
          active={active !== undefined && Math.floor(active / BLOCK) === block ? active : undefined}
        />
      ))}
    </div>
  );
});

interface BlockProps extends Pick<Props, 'at' | 'row' | 'name' | 'active'> {
  first: number;
  end: number;
}

const GridBlock = memo(function GridBlock({ at, row, first, end, name, active }: BlockProps) {
  return Array.from({ length: end - first }, (_, i) => first + i).map((column) => (
    <GridCell key={column} at={at} row={row} column={column} name={name} isActive={active === column} />
  ));
});

interface CellProps {
  at: number;
  row: GridRow | undefined;
  column: number;
  name: number;
  isActive: boolean;
}

function GridCell({ at, row, column, name, isActive }: CellProps) {
  const cell = cellOf(row?.cells[column]);
  const message = row?.messages.get(column);
  const words = cell
    ? `${STATUS_WORDS[cell.status].word}${cell.isRetried ? ', last of several attempts' : ''}${message ? `: ${message}` : ''}`
    : row
      ? 'No result'
      : 'Loading';
  return (
    <div
      role="gridcell"
      aria-colindex={column + 2}
      aria-label={words}
      className={`gh-cell ${cell ? `gh-cell-${cell.status}` : 'gh-cell-absent'} ${cell?.isRetried ? 'gh-cell-retried' : ''}`}
      style={{ left: name + column * CELL }}
      data-cell={`${at}:${column}`}
      tabIndex={isActive ? 0 : -1}
    >
      {cell && SIGNS[cell.status]}
    </div>
  );
}
