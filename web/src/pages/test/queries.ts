/** The questions of a test's page. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { filterWords, LIVE } from '../../api/queries';
import type { components } from '../../api/schema';
import type { Resolution } from '../../lib/period';
import type { TestView } from './useTest';

type Shapes = components['schemas'];
export type TestRuns = Shapes['TestRuns'];
export type TestSeries = Shapes['TestSeries'];
export type TestBreakdown = Shapes['TestBreakdown'];
export type TestFailures = Shapes['TestFailures'];
export type Failure = Shapes['Failure'];
export type FailureMessage = Shapes['FailureMessage'];

const POINTS = 2_000; // results drawn singly
export const FAILURES_PER_PAGE = 50;
const ALIKE = 20; // results listed of one message

type Asked = Pick<TestView, 'own' | 'state' | 'window'>;

function words({ own, state, window }: Asked) {
  return { ...filterWords(state, window), test: own.test };
}

export function runsQuery(view: Asked) {
  const query = { ...words(view), limit: POINTS };
  return queryOptions({
    queryKey: [LIVE, 'test', 'runs', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests/runs', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function seriesQuery(view: Asked, resolution: Resolution) {
  const query = { ...words(view), resolution };
  return queryOptions({
    queryKey: [LIVE, 'test', 'series', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests/series', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function breakdownQuery(view: Asked) {
  const query = { ...words(view), key: view.own.by };
  return queryOptions({
    queryKey: [LIVE, 'test', 'breakdown', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests/breakdown', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function failuresQuery(view: Asked, offset: number) {
  const query = { ...words(view), limit: FAILURES_PER_PAGE, offset };
  return queryOptions({
    queryKey: [LIVE, 'test', 'failures', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests/failures', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The newest failures whose message contains this one; the server has no question for equal ones. */
export function alikeQuery(view: Asked, message: string) {
  const query = { ...words(view), message, limit: ALIKE };
  return queryOptions({
    queryKey: [LIVE, 'test', 'alike', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/failures', { params: { query }, signal })),
  });
}
