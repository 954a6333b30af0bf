/** Sorting of a table's rows in the browser. */

export type Direction = 'asc' | 'desc';
export type SortValue = string | number | boolean | null | undefined;

/** Sorted copies; rows without a value come last in either direction, equal ones keep their order. */
export function sortedBy<Row>(rows: readonly Row[], read: (row: Row) => SortValue, direction: Direction): Row[] {
  const sign = direction === 'asc' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: read(row) ?? null }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

function compare(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return Number(a) - Number(b);
}
