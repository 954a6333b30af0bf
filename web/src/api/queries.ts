/** Every question that the pages ask, with the key under which its answer is kept. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FilterName, OverviewState } from '../lib/overviewState';
import type { Window } from '../lib/period';
import { api, dataOf } from './client';

/** Keys that start with this are asked again as soon as the data has changed. */
export const LIVE = 'live';
const STATUS_INTERVAL = 5_000; // with the fetch itself, a new run shows well within 10 s
const RECENT_FAILURES = 10;

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/status', { signal })),
  refetchInterval: STATUS_INTERVAL,
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/keys', { signal })),
});

type PeriodWords = { from: string; to?: string };
type FilterWords = PeriodWords & Partial<Record<FilterName, string[]>> & { voting?: boolean };

function periodWords(window: Window): PeriodWords {
  return { from: window.from.toISOString(), to: window.to?.toISOString() };
}

function filterWords(state: OverviewState, window: Window): FilterWords {
  return { ...periodWords(window), ...state.filters, voting: state.voting };
}

export function valuesQuery(window: Window) {
  const query = periodWords(window);
  return queryOptions({
    queryKey: ['values', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/values', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function groupsQuery(state: OverviewState, window: Window) {
  const query = {
    ...filterWords(state, window),
    resolution: window.resolution,
    key: state.key,
    q: state.q || undefined,
  };
  return queryOptions({
    queryKey: [LIVE, 'groups', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function recentFailuresQuery(state: OverviewState, window: Window) {
  const query = { ...filterWords(state, window), limit: RECENT_FAILURES };
  return queryOptions({
    queryKey: [LIVE, 'recent-failures', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/recent-failures', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function runQuery(uuid: string) {
  return queryOptions({
    queryKey: ['run', uuid],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}', { params: { path: { uuid } }, signal })),
  });
}

export function resultsQuery(uuid: string) {
  return queryOptions({
    queryKey: ['run', uuid, 'results'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}/results', { params: { path: { uuid } }, signal })),
  });
}

/** The files of one result; without a test, those of the run itself. */
export function attachmentsQuery(uuid: string, test?: string, attempt = 0) {
  const query = test === undefined ? {} : { test, attempt };
  return queryOptions({
    queryKey: ['run', uuid, 'attachments', query],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/runs/{uuid}/attachments', { params: { path: { uuid }, query }, signal })),
  });
}
