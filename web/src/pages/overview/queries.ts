/** The overview's questions. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { filterWords, LIVE } from '../../api/queries';
import type { Overview } from './useOverview';

const RECENT_FAILURES = 10;
export const FAILING_TESTS = 5; // the way to all of them is beside

export function groupsQuery({ state, own, window }: Overview) {
  const query = {
    ...filterWords(state, window),
    resolution: window.resolution,
    key: own.key,
    q: own.q || undefined,
    series: ['failed' as const],
  };
  return queryOptions({
    queryKey: [LIVE, 'groups', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function recentFailuresQuery({ state, window }: Overview) {
  const query = { ...filterWords(state, window), limit: RECENT_FAILURES };
  return queryOptions({
    queryKey: [LIVE, 'recent-failures', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/recent-failures', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function summaryQuery({ state, window }: Overview) {
  const query = filterWords(state, window);
  return queryOptions({
    queryKey: [LIVE, 'summary', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/summary', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function failingTestsQuery({ state, window }: Overview) {
  const query = { ...filterWords(state, window), limit: FAILING_TESTS };
  return queryOptions({
    queryKey: [LIVE, 'failing-tests', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/failures/tests', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
