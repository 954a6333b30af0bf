/** The questions of the page of failures. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { filterWords, LIVE } from '../../api/queries';
import type { components } from '../../api/schema';
import type { FailuresView } from './useFailures';

type Shapes = components['schemas'];
export type Failure = Shapes['Failure'];
export type FailingTest = Shapes['FailingTest'];
export type FailureMessage = Shapes['FailureMessage'];

export const PER_PAGE = 50;
export const RUNS_LISTED = ['100', '1000'] as const; // failed runs asked for; the API gives no more than the last
export const UNFOLDED = 10; // failures beneath a test or a message

function searchWords({ state, own, window }: FailuresView) {
  return { ...filterWords(state, window), q: own.q || undefined, message: own.message || undefined };
}

/** One page of the tests that fail most. */
export function failingTestsQuery(view: FailuresView) {
  const query = { ...searchWords(view), order: view.own.sort, limit: PER_PAGE, offset: view.own.offset };
  return queryOptions({
    queryKey: [LIVE, 'failures', 'tests', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/failures/tests', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** One page of the messages of most failures. */
export function messagesQuery(view: FailuresView) {
  const query = { ...searchWords(view), limit: PER_PAGE, offset: view.own.offset };
  return queryOptions({
    queryKey: [LIVE, 'failures', 'messages', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/failures/messages', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export interface Only {
  test?: string; // a whole name
  whole_message?: string; // '': results that say nothing
}

/** The newest single failures, of one test or with one message when these are named. */
export function failuresQuery(view: FailuresView, only: Only, limit: number, offset = 0) {
  const query = { ...searchWords(view), ...only, limit, offset };
  return queryOptions({
    queryKey: [LIVE, 'failures', 'single', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/failures', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The newest failed runs, of jobs whose names match. */
export function failedRunsQuery({ state, own, window }: FailuresView) {
  const words = { ...filterWords(state, window), q: own.jobs || undefined };
  const query = { ...words, outcome: ['fail' as const], limit: Number(own.listed) };
  return queryOptions({
    queryKey: [LIVE, 'failures', 'runs', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
