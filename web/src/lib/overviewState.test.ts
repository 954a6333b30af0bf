import { describe, expect, it } from 'vitest';
import { isFiltered, longerPeriod, patched, readOverview, writeOverview } from './overviewState';

const roundTrip = (query: string) => writeOverview(readOverview(new URLSearchParams(query))).toString();

describe('the overview in its URL', () => {
  it('is an empty query by default', () => {
    expect(roundTrip('')).toBe('');
    expect(roundTrip('key=project&sort=failure_rate&voting=maybe&resolution=week&end=soon&period=fortnight')).toBe('');
  });
  it('comes back the same from what it wrote', () => {
    for (const query of [
      'period=P1D&end=2026-03-24T00%3A00%3A00Z&resolution=min&key=pipeline&project=a%2Fb&project=c&voting=false&q=nova',
      'from=2026-03-24T00%3A00%3A00Z&to=2026-03-24T04%3A00%3A00Z&sort=passed&dir=asc&hide=passed&open=ab12',
    ]) {
      expect(roundTrip(query)).toBe(query);
    }
  });
  it('lets from and to win over a period', () => {
    const query = 'period=P1D&from=2026-03-24T00%3A00%3A00Z&to=2026-03-25T00%3A00%3A00Z';
    expect(roundTrip(query)).not.toContain('period');
  });
  it('folds the failed runs up when others may be listed, and only then', () => {
    const state = readOverview(new URLSearchParams('open=ab12'));
    expect(patched(state, { voting: true }).open).toEqual([]);
    expect(patched(state, { period: 'P1D' }).open).toEqual([]);
    expect(patched(state, { sort: 'passed', q: 'x' }).open).toEqual(['ab12']);
    expect(patched(state, { open: ['cd34'] }).open).toEqual(['cd34']);
  });
  it('knows whether it is filtered', () => {
    expect(isFiltered(readOverview(new URLSearchParams('period=P1D')))).toBe(false);
    for (const query of ['job=x', 'voting=true', 'q=x']) {
      expect(isFiltered(readOverview(new URLSearchParams(query)))).toBe(true);
    }
  });
  it('knows the next longer period', () => {
    expect(longerPeriod(undefined)?.code).toBe('P14D');
    expect(longerPeriod('P6M')).toBeUndefined();
  });
});
