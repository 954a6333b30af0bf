import { describe, expect, it } from 'vitest';
import { flag, integer, list, ofListing, oneOf, readOwn, text } from './ownParams';
import { carried, isFiltered, patchedParams, readView, writeView } from './viewState';

const OWN = {
  q: text(),
  sort: oneOf(['rate', 'name'], 'rate'),
  offset: ofListing(integer(0)),
  limit: integer(100, 1, 500),
  hide: list(['passed', 'failed']),
  open: ofListing(list()),
  skips: flag(),
};
const params = (query: string) => new URLSearchParams(query);
const roundTrip = (query: string) => patchedParams(params(query), OWN, {}).toString();

describe('a page in its URL', () => {
  it('is an empty query by default, and where the URL holds nonsense', () => {
    expect(roundTrip('')).toBe('');
    expect(roundTrip('voting=maybe&resolution=week&end=soon&period=fortnight&zone=mars&unknown=1')).toBe('');
    expect(roundTrip('sort=colour&offset=-1&limit=9999&hide=all&skips=yes')).toBe('');
  });
  it('comes back the same from what it wrote', () => {
    for (const query of [
      'period=P1D&end=2026-03-24T00%3A00%3A00Z&resolution=min&project=a%2Fb&project=c&voting=false&zone=utc&q=nova',
      'from=2026-03-24T00%3A00%3A00Z&to=2026-03-24T04%3A00%3A00Z&sort=name&offset=200&limit=50&hide=passed&open=ab&open=c%5B1%5D&skips=true',
    ]) {
      expect(roundTrip(query)).toBe(query);
    }
  });
  it('lets from and to win over a period', () => {
    const query = 'period=P1D&from=2026-03-24T00%3A00%3A00Z&to=2026-03-25T00%3A00%3A00Z';
    expect(writeView(readView(params(query))).has('period')).toBe(false);
  });
  it('types what a page declares', () => {
    expect(readOwn(OWN, params('q=x&limit=20'))).toEqual({
      q: 'x',
      sort: 'rate',
      offset: 0,
      limit: 20,
      hide: [],
      open: [],
      skips: false,
    });
  });
});

describe('a change', () => {
  const query = 'offset=200&open=ab12&q=x';
  const patched = (patch: Parameters<typeof patchedParams<typeof OWN>>[2]) =>
    patchedParams(params(query), OWN, patch).toString();
  it('of the period or the filters resets what speaks of the present listing, and only then', () => {
    expect(patched({ voting: true })).toBe('voting=true&q=x');
    expect(patched({ period: 'P1D' })).toBe('period=P1D&q=x');
    expect(patched({ sort: 'name' })).toBe('q=x&sort=name&offset=200&open=ab12');
    expect(patched({ resolution: 'day', zone: 'utc' })).toContain('offset=200');
    expect(patched({ period: 'P1D', offset: 100 })).toBe('period=P1D&q=x&offset=100');
  });
  it('leaves the filters that the page is about as they were', () => {
    const state = readView(params('job=a&project=p'), ['job']);
    expect(state.filters).toMatchObject({ job: [], project: ['p'] });
    const filters = { ...state.filters, project: ['q'] };
    expect(patchedParams(params('job=a&project=p'), OWN, { filters }, ['job']).toString()).toBe('project=q&job=a');
  });
});

describe('a link to another page', () => {
  it("keeps what pages share and drops the page's own", () => {
    const here = params('period=P1D&project=a&project=b&zone=utc&q=x&open=1');
    expect(carried(here, '/job/x')).toBe('/job/x?period=P1D&project=a&project=b&zone=utc');
    expect(carried(params('q=x'), '/job/x')).toBe('/job/x');
  });
  it("keeps the path's own query, which wins", () => {
    expect(
      carried(params('period=P1D&job=a'), '/test?test=a%26b', { sort: 'n', open: ['1', '2'], none: undefined }),
    ).toBe('/test?period=P1D&job=a&test=a%26b&sort=n&open=1&open=2');
    expect(carried(params('from=1&to=2&job=a'), '/?period=P7D&job=b')).toBe('/?period=P7D&job=b');
  });
});

it('knows whether a page is filtered', () => {
  expect(isFiltered(readView(params('period=P1D')))).toBe(false);
  for (const query of ['job=x', 'voting=true']) expect(isFiltered(readView(params(query)))).toBe(true);
  expect(isFiltered(readView(params('job=x'), ['job']))).toBe(false);
});
