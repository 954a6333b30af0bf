import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { components } from '../../../api/schema';
import { GRID_TESTS, gridQuery } from '../queries';
import type { JobView } from '../useJob';
import type { Span } from './place';

type Grid = components['schemas']['Grid'];
export type GridRuns = Grid['runs'];

/** A test of the grid: a letter a run. */
export interface GridRow {
  test: string;
  cells: string;
  failures: number;
  incomplete: number;
  messages: ReadonlyMap<number, string>; // of results that failed, by the run's position: the last attempt's
}

/** The grid's runs, and those of its tests that are about to be seen: they come from the server GRID_TESTS at a time. */
export function useGridData(view: JobView, seen: Span) {
  const first = useQuery(gridQuery(view, 0));
  const wanted = useMemo(() => {
    const parts = [];
    for (let part = Math.floor(seen.first / GRID_TESTS); part * GRID_TESTS < seen.end; part += 1) parts.push(part);
    return parts.filter((part) => part > 0);
  }, [seen]);
  const others = useQueries({ queries: wanted.map((part) => gridQuery(view, part * GRID_TESTS)) });
  const parts = new Map<number, Grid>();
  if (first.data) parts.set(0, first.data);
  // While the first tests are those of the question before, others would not fit to them.
  if (!first.isPlaceholderData) {
    wanted.forEach((part, i) => {
      const data = others[i]?.data;
      if (data) parts.set(part, data);
    });
  }
  const rowsOfParts = useRows();
  const rowAt = (row: number): GridRow | undefined => {
    const part = parts.get(Math.floor(row / GRID_TESTS));
    return part && rowsOfParts(part)[row % GRID_TESTS];
  };
  const failed = first.error ? first : others.find(({ error }) => error);
  return { grid: first.data, rowAt, isStale: first.isPlaceholderData, error: failed?.error, refetch: failed?.refetch };
}

/** Rows of an answer, made once: rows that stay the same are not drawn anew. */
function useRows(): (grid: Grid) => GridRow[] {
  const made = useMemo(() => new WeakMap<Grid, GridRow[]>(), []);
  return useCallback(
    (grid: Grid) => {
      const rows = made.get(grid) ?? rowsOf(grid);
      made.set(grid, rows);
      return rows;
    },
    [made],
  );
}

function rowsOf({ tests, failures }: Grid): GridRow[] {
  const messages = tests.test.map(() => new Map<number, string>());
  failures.test.forEach((test, i) => {
    messages[test]?.set(failures.run[i] ?? 0, failures.message[i] ?? '');
  });
  return tests.test.map((test, i) => ({
    test,
    cells: tests.cells[i] ?? '',
    failures: tests.failures[i] ?? 0,
    incomplete: tests.incomplete[i] ?? 0,
    messages: messages[i] ?? new Map(),
  }));
}
