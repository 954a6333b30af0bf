// biome-ignore-all lint/a11y/useSemanticElements: a table of which a part is drawn cannot be laid out as a table
// biome-ignore-all lint/a11y/useFocusableInteractive: cells are focusable one at a time, and headers by the link in them
import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import type { components } from '../../../api/schema';
import { useIsWiderThan } from '../../../lib/hooks';
import { runPath, testPath } from '../../../lib/paths';
import type { JobView } from '../useJob';
import { CellDetails } from './CellDetails';
import { GridHead } from './GridHead';
import { GridLine } from './GridLine';
import { BLOCK, CELL, HEAD, NAME, NAME_NARROW } from './measures';
import { drawn, kept, moved, type Place, type Span } from './place';
import type { GridRow } from './useGridData';
import { useScrolled } from './useScrolled';

interface Props {
  view: JobView;
  grid: components['schemas']['Grid'];
  rowAt: (row: number) => GridRow | undefined;
  onSeen: (rows: Span) => void;
}

/**
 * Tests by runs, of which only those in view are drawn. One cell at a time can be tabbed to; arrow keys, Home, End and the
 * page keys lead to the others, Enter opens the run at the test. What is pointed at, or else focused, is told below.
 */
export function GridView({ view, grid, rowAt, onSeen }: Props) {
  const { linkTo } = view;
  const { runs } = grid;
  const navigate = useNavigate();
  const { box, scrolled } = useScrolled();
  const [chosen, setActive] = useState<Place>({ row: 0, column: 0 });
  const [pointed, setPointed] = useState<Place>();
  const hasMoved = useRef(false); // by keyboard: the focus has to follow
  const name = useIsWiderThan('48rem') ? NAME : NAME_NARROW;
  const size = { rows: grid.total_tests, columns: runs.uuid.length };
  const active = kept(chosen, size);
  const rows = drawn(size.rows, scrolled.top, scrolled.height - HEAD, CELL);
  const columns = drawn(size.columns, scrolled.left, scrolled.width - name, CELL);
  const lines = withPlace(rows, active.row);
  const { first, end } = rows;
  useEffect(() => onSeen({ first, end }), [onSeen, first, end]);
  const blockKey = blocksOf(columns, active.column).join();
  const blocks = useMemo(() => blockKey.split(',').map(Number), [blockKey]);
  const shown = useMemo(() => columnsOf(blocks, size.columns), [blocks, size.columns]);
  const marks = useMemo(() => marksOf(grid.runs), [grid.runs]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!hasMoved.current || !element) return;
    hasMoved.current = false;
    bringIntoView(element, active, name);
    element.querySelector<HTMLElement>(`[data-cell="${active.row}:${active.column}"]`)?.focus({ preventScroll: true });
  });
  const addressOf = ({ row, column }: Place): string | undefined => {
    const test = row < 0 ? undefined : rowAt(row)?.test;
    const uuid = runs.uuid[column];
    if (row >= 0 && test === undefined) return undefined;
    if (column < 0) return test === undefined ? undefined : linkTo(testPath(test));
    return uuid === undefined ? undefined : linkTo(runPath(uuid, test));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor((scrolled.height - HEAD) / CELL) - 1);
    const next = moved(active, event.key, event.ctrlKey || event.metaKey, { ...size, page });
    if (next) {
      event.preventDefault();
      hasMoved.current = true;
      setPointed(undefined);
      setActive(next);
      return;
    }
    // Headers are links, and follow by themselves.
    const address = event.key === 'Enter' && active.row >= 0 && active.column >= 0 ? addressOf(active) : undefined;
    if (address) navigate(address);
  };
  const point = (event: PointerEvent) => {
    const place = placeOf(event.target);
    if (event.pointerType !== 'touch' && place) setPointed(place);
  };
  const press = (event: React.MouseEvent) => {
    const place = placeOf(event.target);
    if (!place) return;
    setActive(place);
    // A finger cannot point without pressing: it chooses, and the details below have the links.
    const isTouch = (event.nativeEvent as { pointerType?: string }).pointerType === 'touch';
    const address = place.row >= 0 && place.column >= 0 && !isTouch ? addressOf(place) : undefined;
    if (!address) return;
    if (event.ctrlKey || event.metaKey) window.open(address, '_blank');
    else navigate(address);
  };
  const told = pointed ?? active;
  const row = told.row < 0 ? undefined : rowAt(told.row);
  return (
    <>
      <div
        ref={box}
        role="grid"
        aria-label="Tests by run"
        aria-rowcount={size.rows + 1}
        aria-colcount={size.columns + 1}
        className="gh-grid"
        style={{ height: Math.min(size.rows, 40) * CELL + HEAD + 18 }}
        onKeyDown={onKeyDown}
        onPointerOver={point}
        onPointerLeave={() => setPointed(undefined)}
        onClick={press}
        data-testid="grid-box"
      >
        <div
          role="presentation"
          className="gh-grid-space"
          style={{ width: name + size.columns * CELL, height: HEAD + size.rows * CELL }}
        >
          <div role="presentation" className="gh-grid-marks">
            {shown.map(
              (column) =>
                marks[column] && (
                  <div
                    key={column}
                    className={`gh-grid-mark gh-grid-mark-${marks[column]}`}
                    style={{ left: name + column * CELL, width: CELL }}
                  />
                ),
            )}
            {told.column >= 0 && (
              <div className="gh-grid-mark gh-grid-told" style={{ left: name + told.column * CELL, width: CELL }} />
            )}
          </div>
          <GridHead
            runs={runs}
            columns={shown}
            name={name}
            active={active.row === -1 ? active.column : undefined}
            linkTo={linkTo}
          />
          {lines.map(
            (line) =>
              line >= 0 && (
                <GridLine
                  key={line}
                  at={line}
                  row={rowAt(line)}
                  blocks={blocks}
                  columns={size.columns}
                  name={name}
                  active={active.row === line ? active.column : undefined}
                  isTold={told.row === line}
                  linkTo={linkTo}
                />
              ),
          )}
        </div>
      </div>
      <CellDetails view={view} runs={runs} row={row} column={told.column} />
    </>
  );
}

/** The lines of a span, and one more that must not vanish, for the focus is there. */
function withPlace({ first, end }: Span, place: number): number[] {
  const lines = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  return place >= first && place < end ? lines : [...lines, place];
}

/** Blocks of columns that hold a span, and the one of a column that must not vanish. */
function blocksOf({ first, end }: Span, column: number): number[] {
  const blocks = { first: Math.floor(first / BLOCK), end: Math.ceil(end / BLOCK) };
  return withPlace(blocks, Math.floor(Math.max(0, column) / BLOCK));
}

function columnsOf(blocks: readonly number[], count: number): number[] {
  return blocks
    .flatMap((block) => Array.from({ length: BLOCK }, (_, i) => block * BLOCK + i))
    .filter((column) => column < count);
}

/** Columns that need to be told from others although they have no results, or some only. */
function marksOf(runs: components['schemas']['GridRuns']): (string | undefined)[] {
  return runs.outcome.map((outcome, i) => {
    if (outcome === 'infra' || outcome === 'ignored') return outcome;
    return runs.kept[i] === 'all' ? undefined : 'expired';
  });
}

function placeOf(target: EventTarget): Place | undefined {
  const cell = target instanceof Element ? target.closest('[data-cell]') : null;
  const [row, column] = (cell?.getAttribute('data-cell') ?? '').split(':').map(Number);
  return row === undefined || column === undefined ? undefined : { row, column };
}

/** Scrolls as little as it takes to have a cell beside the headers, not under them. */
function bringIntoView(box: HTMLElement, { row, column }: Place, name: number): void {
  if (row >= 0) {
    const top = row * CELL;
    const height = box.clientHeight - HEAD;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + CELL > box.scrollTop + height) box.scrollTop = top + CELL - height;
  }
  if (column >= 0) {
    const left = column * CELL;
    const width = box.clientWidth - name;
    if (left < box.scrollLeft) box.scrollLeft = left;
    else if (left + CELL > box.scrollLeft + width) box.scrollLeft = left + CELL - width;
  }
}
