/** Places in a grid that is larger than its window: which are drawn, and where keys lead. */

/** A cell; -1 is the header of a row or of a column. */
export interface Place {
  row: number;
  column: number;
}

export interface Span {
  first: number;
  end: number; // the first that is not drawn
}

const AROUND = 8; // drawn beyond each edge of the window
const STEP = 4; // scrolling by less draws nothing anew

/** Which of `count` lines, each `size` pixels long, a window of `length` pixels shows that starts at `start`. */
export function drawn(count: number, start: number, length: number, size: number): Span {
  const first = Math.floor(start / size / STEP) * STEP - AROUND;
  const end = Math.ceil((start + length) / size / STEP) * STEP + AROUND;
  return { first: Math.min(Math.max(0, first), count), end: Math.min(count, end) };
}

/** Where a key leads from a place; none for other keys. `isFar`: with Ctrl, to the corners. */
export function moved(
  { row, column }: Place,
  key: string,
  isFar: boolean,
  size: { rows: number; columns: number; page: number },
): Place | undefined {
  const to = (next: Place) => kept(next, size);
  switch (key) {
    case 'ArrowUp':
      return to({ row: row - 1, column });
    case 'ArrowDown':
      return to({ row: row + 1, column });
    case 'ArrowLeft':
      return to({ row, column: column - 1 });
    case 'ArrowRight':
      return to({ row, column: column + 1 });
    case 'PageUp':
      return to({ row: Math.max(0, row - size.page), column });
    case 'PageDown':
      return to({ row: row + size.page, column });
    case 'Home':
      return to({ row: isFar ? 0 : row, column: 0 });
    case 'End':
      return to({ row: isFar ? size.rows - 1 : row, column: size.columns - 1 });
    default:
      return undefined;
  }
}

/** The nearest place that the grid has. */
export function kept({ row, column }: Place, { rows, columns }: { rows: number; columns: number }): Place {
  const within = (at: number, count: number) => Math.max(-1, Math.min(at, count - 1));
  return { row: within(row, rows), column: within(column, columns) };
}
