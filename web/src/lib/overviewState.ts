/** The overview's state as its URL says it. What equals the default is left out of the URL. */

import { DEFAULT_PERIOD, PERIODS, type PeriodChoice, RESOLUTIONS, startBefore } from './period';

export const FILTERS = ['project', 'pipeline', 'branch', 'job', 'provider'] as const;
export type FilterName = (typeof FILTERS)[number];
export const SORTS = ['value', 'passed', 'failed', 'infra', 'failure_rate'] as const;
export type GroupSort = (typeof SORTS)[number];
export const OUTCOME_SERIES = ['passed', 'failed', 'infra', 'ignored'] as const;
export type OutcomeSeriesName = (typeof OUTCOME_SERIES)[number];
export const DEFAULT_KEY = 'project';

export interface OverviewState extends PeriodChoice {
  key: string;
  filters: Record<FilterName, string[]>;
  voting?: boolean;
  q: string;
  sort: GroupSort;
  ascending: boolean;
  hidden: OutcomeSeriesName[]; // series that the chart of runs leaves out
  open: string[]; // uuids of the failed runs that are unfolded
}

export function readOverview(params: URLSearchParams): OverviewState {
  const voting = params.get('voting');
  const period = params.get('period') ?? '';
  return {
    period: startBefore(new Date(), period) ? period : undefined,
    end: readMoment(params.get('end')),
    from: readMoment(params.get('from')),
    to: readMoment(params.get('to')),
    resolution: RESOLUTIONS.find(({ code }) => code === params.get('resolution'))?.code,
    key: params.get('key') || DEFAULT_KEY,
    filters: Object.fromEntries(FILTERS.map((name) => [name, unique(params.getAll(name))])) as OverviewState['filters'],
    voting: voting === 'true' ? true : voting === 'false' ? false : undefined,
    q: params.get('q') ?? '',
    sort: SORTS.find((name) => name === params.get('sort')) ?? 'failure_rate',
    ascending: params.get('dir') === 'asc',
    hidden: OUTCOME_SERIES.filter((name) => params.getAll('hide').includes(name)),
    open: unique(params.getAll('open')),
  };
}

export function writeOverview(state: OverviewState): URLSearchParams {
  const params = new URLSearchParams();
  const set = (name: string, value: string | undefined) => value && params.set(name, value);
  if (state.from && state.to) {
    set('from', writeMoment(state.from));
    set('to', writeMoment(state.to));
  } else {
    set('period', state.period);
    set('end', state.end && writeMoment(state.end));
  }
  set('resolution', state.resolution);
  set('key', state.key === DEFAULT_KEY ? undefined : state.key);
  for (const name of FILTERS) for (const value of state.filters[name]) params.append(name, value);
  if (state.voting !== undefined) params.set('voting', String(state.voting));
  set('q', state.q);
  if (state.sort !== 'failure_rate') params.set('sort', state.sort);
  if (state.ascending) params.set('dir', 'asc');
  for (const name of state.hidden) params.append('hide', name);
  for (const uuid of state.open) params.append('open', uuid);
  return params;
}

// What the list of failed runs depends on.
const LISTING = ['period', 'end', 'from', 'to', 'filters', 'voting'] as const;

/** The state with some of it changed. A change of the period or of a filter folds the runs up: others may be listed. */
export function patched(state: OverviewState, patch: Partial<OverviewState>): OverviewState {
  const open = LISTING.some((name) => name in patch) ? [] : state.open;
  return { ...state, open, ...patch };
}

/** Whether anything narrows the runs down, other than the period. */
export function isFiltered(state: OverviewState): boolean {
  return state.voting !== undefined || state.q !== '' || FILTERS.some((name) => state.filters[name].length > 0);
}

export function withoutFilters(): Pick<OverviewState, 'filters' | 'voting' | 'q'> {
  return {
    filters: Object.fromEntries(FILTERS.map((name) => [name, []])) as unknown as OverviewState['filters'],
    voting: undefined,
    q: '',
  };
}

/** The next longer period of the menu, if there is one. */
export function longerPeriod(code: string | undefined): { code: string; label: string } | undefined {
  const at = PERIODS.findIndex((period) => period.code === (code ?? DEFAULT_PERIOD));
  return PERIODS[at + 1];
}

function readMoment(text: string | null): Date | undefined {
  if (!text) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

function writeMoment(moment: Date): string {
  return moment.toISOString().replace('.000Z', 'Z');
}

function unique(values: string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
