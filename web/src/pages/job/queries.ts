/** The questions of a job's page. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { filterWords, LIVE } from '../../api/queries';
import type { JobView } from './useJob';

const POINTS = 2_000; // of the scatter of run times
export const RECENT_RUNS = 100;
/** Tests that the grid asks for at once. */
export const GRID_TESTS = 500;
const LONGEST_QUERY = 6_000; // characters of tests' names in an address: servers in front of ours take 8,000 in all

const DAY = 24 * 3_600_000;

type Asked = Pick<JobView, 'job' | 'state' | 'window'>;

function wordsOf({ job, state, window }: Asked) {
  return { ...filterWords(state, window), job: [job] };
}

export function summaryQuery(view: Asked) {
  const query = wordsOf(view);
  return queryOptions({
    queryKey: [LIVE, 'job-summary', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/summary', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** Runs by outcome over time. */
export function outcomesQuery(view: Asked) {
  const query = { ...wordsOf(view), resolution: view.window.resolution, key: 'job' };
  return queryOptions({
    queryKey: [LIVE, 'job-outcomes', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/groups', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function runTimesQuery(view: Asked) {
  const query = { ...wordsOf(view), resolution: view.window.resolution, limit: POINTS };
  return queryOptions({
    queryKey: [LIVE, 'job-run-times', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/times', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function resultSeriesQuery(view: Asked) {
  const query = { ...wordsOf(view), resolution: view.window.resolution };
  return queryOptions({
    queryKey: [LIVE, 'job-results', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/results/series', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function testsQuery(view: JobView) {
  const { q, sort, dir, limit, offset } = view.own;
  const page = { q: q || undefined, order: sort, direction: dir, limit: Number(limit), offset };
  const query = { ...wordsOf(view), ...page };
  return queryOptions({
    queryKey: [LIVE, 'job-tests', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** When some tests failed, for the trends in a table: as fine as a trend in a cell can show. */
export function failureSeriesQuery(view: Asked, tests: string[]) {
  const { length } = view.window;
  const resolution = length <= DAY / 12 ? ('min' as const) : length <= 8 * DAY ? ('hour' as const) : ('day' as const);
  const query = { ...wordsOf(view), resolution, test: tests };
  return queryOptions({
    queryKey: [LIVE, 'job-failure-series', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/failures/series', { params: { query }, signal })),
  });
}

/** Tests in as few lists as their names fit into addresses. */
export function askable(tests: readonly string[]): string[][] {
  const lists: string[][] = [];
  let room = 0;
  for (const test of tests) {
    const length = encodeURIComponent(test).length + '&test='.length;
    if (lists.length === 0 || length > room) {
      lists.push([]);
      room = LONGEST_QUERY;
    }
    lists.at(-1)?.push(test);
    room -= length;
  }
  return lists;
}

export function recentRunsQuery(view: Asked) {
  const query = { ...wordsOf(view), limit: RECENT_RUNS };
  return queryOptions({
    queryKey: [LIVE, 'job-runs', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The grid's tests from `offset` on, in its present window of runs. */
export function gridQuery(view: JobView, offset: number) {
  const { q, order, failing, results, columns, older } = view.own;
  const query = {
    ...wordsOf(view),
    q: q || undefined,
    order,
    only_failing: failing || undefined,
    only_results: results || undefined,
    limit_runs: Number(columns),
    offset_runs: older,
    limit_tests: GRID_TESTS,
    offset_tests: offset,
  };
  return queryOptions({
    queryKey: [LIVE, 'job-grid', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/jobs/grid', { params: { query }, signal })),
    // The first tests stand there until those of another window have come; later ones are drawn as loading.
    placeholderData: offset === 0 ? keepPreviousData : undefined,
  });
}

/** Whether a job was ever seen: its grid is not found when it was not. */
export function knownJobQuery(job: string) {
  const query = { job: [job], limit_runs: 1, limit_tests: 1 };
  return queryOptions({
    queryKey: [LIVE, 'job-known', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/jobs/grid', { params: { query }, signal })),
    retry: false,
  });
}

/** What one test came to in one run. */
export function cellQuery(uuid: string, test: string) {
  return queryOptions({
    queryKey: ['run', uuid, 'results', test],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/runs/{uuid}/results', { params: { path: { uuid }, query: { test } }, signal })),
    staleTime: 60_000,
  });
}
