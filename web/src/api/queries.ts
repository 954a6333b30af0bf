/** The questions that several pages ask, with the keys under which their answers are kept; a page's own are in its folder. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Window } from '../lib/period';
import type { FilterName, ViewState } from '../lib/viewState';
import { api, dataOf } from './client';

/** Keys that start with this are asked again as soon as the data has changed. */
export const LIVE = 'live';
const STATUS_INTERVAL = 5_000; // with the fetch itself, a new run shows well within 10 s

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/status', { signal })),
  refetchInterval: STATUS_INTERVAL,
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/keys', { signal })),
});

export type PeriodWords = { from: string; to?: string };
export type FilterWords = PeriodWords & Partial<Record<FilterName, string[]>> & { voting?: boolean };

/** The period as the API's words. */
export function periodWords(window: Window): PeriodWords {
  return { from: window.from.toISOString(), to: window.to?.toISOString() };
}

/** The period and the filters as the API's words. A page that is about one job adds it: `{ ...filterWords(state, window), job: [job] }`. */
export function filterWords(state: ViewState, window: Window): FilterWords {
  return { ...periodWords(window), ...state.filters, voting: state.voting };
}

/** Of which runs: the filters, and on some pages a search for jobs and one value of a key. */
export type RunsAsked = FilterWords & { q?: string; meta?: string };

/** By which of the CI system's own words runs ended. */
export function runWordsQuery(query: RunsAsked) {
  return queryOptions({
    queryKey: [LIVE, 'run-words', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/words', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function valuesQuery(window: Window) {
  const query = periodWords(window);
  return queryOptions({
    queryKey: ['values', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/values', { params: { query }, signal })),
    placeholderData: keepPreviousData,
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

/** All results of one run. */
export function resultsQuery(uuid: string) {
  return queryOptions({
    queryKey: ['run', uuid, 'results'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}/results', { params: { path: { uuid } }, signal })),
  });
}
