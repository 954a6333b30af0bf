/** The state of a run's page as its URL says it. What equals the default is left out of the URL. */
import { RESULT_SORTS, type ResultSort, STATUSES, type Status } from './results';

export interface RunState {
  statuses: Status[]; // none: all
  q: string;
  sort: ResultSort;
  descending: boolean;
  page?: number; // from 1; none: the page of the first unfolded test, else the first
  tests: string[]; // names of the tests that are unfolded
}

export function readRun(params: URLSearchParams): RunState {
  const page = Number(params.get('page'));
  return {
    statuses: STATUSES.filter((status) => params.getAll('status').includes(status)),
    q: params.get('q') ?? '',
    sort: RESULT_SORTS.find((name) => name === params.get('sort')) ?? 'status',
    descending: params.get('dir') === 'desc',
    page: Number.isInteger(page) && page > 0 ? page : undefined,
    tests: [...new Set(params.getAll('test').filter((test) => test !== ''))],
  };
}

export function writeRun(state: RunState): URLSearchParams {
  const params = new URLSearchParams();
  for (const status of state.statuses) params.append('status', status);
  if (state.q) params.set('q', state.q);
  if (state.sort !== 'status') params.set('sort', state.sort);
  if (state.descending) params.set('dir', 'desc');
  if (state.page) params.set('page', String(state.page));
  for (const test of state.tests) params.append('test', test);
  return params;
}
