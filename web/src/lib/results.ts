/** The results of one run: rows from the API's columns, filtered, sorted, counted. */

import type { components } from '../api/schema';

export type Status = components['schemas']['Results']['status'][number];
type Columns = components['schemas']['Results'];

export interface ResultRow {
  test: string;
  attempt: number;
  status: Status;
  offset: number | null; // seconds from the start of the run
  seconds: number | null;
  worker: string;
  attributes: string;
  message: string;
  attachments: number;
}

// What needs a look comes first.
export const STATUSES: readonly Status[] = ['fail', 'incomplete', 'uxsuccess', 'xfail', 'skip', 'success'];
const RANK = Object.fromEntries(STATUSES.map((status, i) => [status, i])) as Record<Status, number>;

export const RESULT_SORTS = ['status', 'test', 'seconds', 'offset'] as const;
export type ResultSort = (typeof RESULT_SORTS)[number];

export function rowsOf(columns: Columns, runStartedAt: string): ResultRow[] {
  const start = Date.parse(runStartedAt);
  return columns.test.map((test, i) => {
    const startedAt = columns.started_at[i];
    return {
      test,
      attempt: columns.attempt[i] ?? 0,
      status: columns.status[i] ?? 'incomplete',
      offset: startedAt ? (Date.parse(startedAt) - start) / 1000 : null,
      seconds: columns.seconds[i] ?? null,
      worker: columns.worker[i] ?? '',
      attributes: columns.attributes[i] ?? '',
      message: columns.message[i] ?? '',
      attachments: columns.attachments[i] ?? 0,
    };
  });
}

export function countByStatus(rows: readonly ResultRow[]): Record<Status, number> {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const row of rows) counts[row.status] += 1;
  return counts;
}

/** Rows whose test, attributes or message match, of the statuses asked for (none: all). */
export function filterRows(rows: readonly ResultRow[], statuses: readonly Status[], regex?: RegExp): ResultRow[] {
  return rows.filter(
    (row) =>
      (statuses.length === 0 || statuses.includes(row.status)) &&
      (!regex || regex.test(row.test) || regex.test(row.message) || regex.test(row.attributes)),
  );
}

/** Sorted copies; ties by name, then attempt. Rows without the value come last in either direction. */
export function sortRows(rows: readonly ResultRow[], sort: ResultSort, descending: boolean): ResultRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(a, b, sort) || missingLast(a, b, sort) || byName(a, b));
}

function compare(a: ResultRow, b: ResultRow, sort: ResultSort): number {
  if (sort === 'status') return RANK[a.status] - RANK[b.status];
  if (sort === 'test') return byName(a, b);
  const [left, right] = [a[sort], b[sort]];
  return left === null || right === null ? 0 : left - right;
}

function missingLast(a: ResultRow, b: ResultRow, sort: ResultSort): number {
  if (sort !== 'seconds' && sort !== 'offset') return 0;
  return Number(a[sort] === null) - Number(b[sort] === null);
}

function byName(a: ResultRow, b: ResultRow): number {
  if (a.test === b.test) return a.attempt - b.attempt;
  return a.test < b.test ? -1 : 1;
}
