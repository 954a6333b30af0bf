/** What all pages share of their URL: period, resolution, filters, zone. What is not chosen is left out of the URL. */
import { type Own, readOwn, type Spec, writeOwn } from './ownParams';
import { type PeriodChoice, RESOLUTIONS, startBefore } from './period';
import { readZone, type Zone } from './zone';

export const FILTERS = ['project', 'pipeline', 'branch', 'job', 'provider'] as const;
export type FilterName = (typeof FILTERS)[number];
/** What a page itself is about: its control is hidden, and the filter is not applied. */
export type Fixed = readonly (FilterName | 'voting')[];

export interface ViewState extends PeriodChoice {
  filters: Record<FilterName, string[]>;
  voting?: boolean;
  zone?: Zone; // none: as the viewer chose last
}

const PERIOD_NAMES = ['period', 'end', 'from', 'to'] as const;
const SHARED_NAMES: readonly string[] = [...PERIOD_NAMES, 'resolution', ...FILTERS, 'voting', 'zone'];
// What a list of runs or results depends on.
const LISTING: readonly string[] = [...PERIOD_NAMES, 'filters', 'voting'];

export function readView(params: URLSearchParams, fixed: Fixed = []): ViewState {
  const voting = fixed.includes('voting') ? null : params.get('voting');
  const period = params.get('period') ?? '';
  const valuesOf = (name: FilterName) => (fixed.includes(name) ? [] : unique(params.getAll(name)));
  return {
    period: startBefore(new Date(), period) ? period : undefined,
    end: readMoment(params.get('end')),
    from: readMoment(params.get('from')),
    to: readMoment(params.get('to')),
    resolution: RESOLUTIONS.find(({ code }) => code === params.get('resolution'))?.code,
    filters: filtersOf(valuesOf),
    voting: voting === 'true' ? true : voting === 'false' ? false : undefined,
    zone: readZone(params.get('zone')),
  };
}

export function writeView(state: ViewState): URLSearchParams {
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
  for (const name of FILTERS) for (const value of state.filters[name]) params.append(name, value);
  if (state.voting !== undefined) params.set('voting', String(state.voting));
  set('zone', state.zone);
  return params;
}

export type Patch<S> = Partial<ViewState> & Partial<Own<S>>;

/**
 * The page's URL with some of its state changed. Filters that the page is about stay in the URL as they are, for the pages
 * that follow; what speaks of the present listing (ofListing) is reset when another is asked for.
 */
export function patchedParams<S extends Spec>(
  params: URLSearchParams,
  spec: S,
  patch: Patch<S>,
  fixed: Fixed = [],
): URLSearchParams {
  const before = readView(params);
  const state: ViewState = { ...before, ...patch };
  state.filters = filtersOf((name) => (fixed.includes(name) ? before.filters[name] : state.filters[name]));
  if (fixed.includes('voting')) state.voting = before.voting;
  const own: Record<string, unknown> = readOwn(spec, params);
  const isOtherListing = LISTING.some((name) => name in patch);
  for (const [name, param] of Object.entries(spec)) {
    if (isOtherListing && param.isOfListing) own[name] = param.read([]);
    if (name in patch) own[name] = (patch as Record<string, unknown>)[name];
  }
  const written = writeView(state);
  for (const [name, value] of writeOwn(spec, own as Own<S>)) written.append(name, value);
  return written;
}

export type OwnWords = Record<string, string | number | boolean | readonly string[] | undefined>;

/** The address of another page (which may have a query) that keeps what pages share; what the path says itself wins. */
export function carried(params: URLSearchParams, path: string, own: OwnWords = {}): string {
  const [place = '/', query = ''] = path.split('?');
  const said = new URLSearchParams(query);
  for (const [name, value] of Object.entries(own)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) said.append(name, String(one));
  }
  // A period is said in several words: who says one of them says all.
  const saysPeriod = PERIOD_NAMES.some((name) => said.has(name));
  const words = new URLSearchParams();
  for (const [name, value] of params) {
    if (!SHARED_NAMES.includes(name) || said.has(name)) continue;
    if (saysPeriod && (PERIOD_NAMES as readonly string[]).includes(name)) continue;
    words.append(name, value);
  }
  for (const [name, value] of said) words.append(name, value);
  const text = words.toString();
  return text ? `${place}?${text}` : place;
}

/** Whether anything narrows the runs down, other than the period. */
export function isFiltered(state: ViewState): boolean {
  return state.voting !== undefined || FILTERS.some((name) => state.filters[name].length > 0);
}

/** A patch that takes all filters away. */
export function withoutFilters(): Pick<ViewState, 'filters' | 'voting'> {
  return { filters: filtersOf(() => []), voting: undefined };
}

function filtersOf(valuesOf: (name: FilterName) => string[]): ViewState['filters'] {
  return Object.fromEntries(FILTERS.map((name) => [name, valuesOf(name)])) as ViewState['filters'];
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
