/** The questions of a group's page. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { filterWords, LIVE } from '../../api/queries';
import type { components } from '../../api/schema';
import type { GroupView } from './useGroup';

export type Job = components['schemas']['Job'];

export const RECENT_RUNS = 100;

/** The runs of the group: the filters, the search on jobs, and the one value that makes the group. */
export function groupWords({ state, own, window, grouping, value }: GroupView) {
  return { ...filterWords(state, window), q: own.q || undefined, meta: `${grouping}=${value}` };
}

export function summaryQuery(view: GroupView) {
  const query = groupWords(view);
  return queryOptions({
    queryKey: [LIVE, 'group', 'summary', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/summary', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Runs over time, of which the totals are drawn; by job, so that the search is one on jobs. */
export function seriesQuery(view: GroupView) {
  const query = { ...groupWords(view), key: 'job', limit: 1, resolution: view.window.resolution };
  return queryOptions({
    queryKey: [LIVE, 'group', 'series', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function jobsQuery(view: GroupView) {
  const query = groupWords(view);
  return queryOptions({
    queryKey: [LIVE, 'group', 'jobs', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/jobs', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function runsQuery(view: GroupView) {
  const query = { ...groupWords(view), limit: RECENT_RUNS };
  return queryOptions({
    queryKey: [LIVE, 'group', 'runs', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
