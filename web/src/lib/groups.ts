/** Sorting of groups of runs. */
import type { Group } from '../api/types';

export const SORTS = ['value', 'passed', 'failed', 'infra', 'failure_rate'] as const;
export type GroupSort = (typeof SORTS)[number];

/** Sorted copies; ties by failures, then by value. Groups without a rate come last in either direction. */
export function sortGroups(groups: readonly Group[], sort: GroupSort, ascending: boolean): Group[] {
  const sign = ascending ? 1 : -1;
  return [...groups].sort(
    (a, b) =>
      Number(missing(a, sort)) - Number(missing(b, sort)) ||
      sign * compare(a, b, sort) ||
      b.failed - a.failed ||
      a.value.localeCompare(b.value),
  );
}

function missing(group: Group, sort: GroupSort): boolean {
  return sort === 'failure_rate' && group.failure_rate === null;
}

function compare(a: Group, b: Group, sort: GroupSort): number {
  return sort === 'value' ? a.value.localeCompare(b.value) : (a[sort] ?? 0) - (b[sort] ?? 0);
}
