import { describe, expect, it } from 'vitest';
import { bestResolution, dayAfter, floorTo, isSensible, lastDay, startBefore, windowOf } from './period';

const NOW = new Date('2026-03-31T15:42:10.500Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('startBefore', () => {
  it('subtracts days and hours exactly', () => {
    expect(startBefore(NOW, 'P7D')?.toISOString()).toBe('2026-03-24T15:42:10.500Z');
    expect(startBefore(NOW, 'PT12H')?.toISOString()).toBe('2026-03-31T03:42:10.500Z');
  });
  it('stays inside the month that it lands in', () => {
    expect(startBefore(NOW, 'P1M')?.toISOString()).toBe('2026-02-28T15:42:10.500Z');
  });
  it('refuses what is no duration, or an empty one', () => {
    for (const code of ['', 'P', 'week', 'P0D', '7', '-P7D']) expect(startBefore(NOW, code)).toBeUndefined();
  });
});

describe('resolutions', () => {
  it('are sensible over the periods that the original allowed', () => {
    expect(isSensible('hour', 6 * HOUR)).toBe(false);
    expect(isSensible('hour', 12 * HOUR)).toBe(true);
    expect(isSensible('hour', 180 * DAY)).toBe(false);
    expect(isSensible('day', DAY)).toBe(false);
    expect(isSensible('min', DAY)).toBe(true);
    expect(isSensible('min', 7 * DAY)).toBe(false);
    expect(isSensible('sec', HOUR)).toBe(true);
    expect(isSensible('sec', 12 * HOUR)).toBe(false);
  });
  it('are chosen by the length of the period, and always sensible', () => {
    const lengths = [60_000, HOUR, 12 * HOUR, DAY, 7 * DAY, 14 * DAY, 31 * DAY, 92 * DAY, 184 * DAY];
    expect(lengths.map(bestResolution)).toEqual(['sec', 'min', 'hour', 'hour', 'hour', 'hour', 'hour', 'day', 'day']);
    for (const length of lengths) expect(isSensible(bestResolution(length), length)).toBe(true);
  });
});

describe('windowOf', () => {
  it('is the last week by the hour when nothing is chosen, from a whole bucket, up to now', () => {
    const window = windowOf({}, NOW);
    expect(window.from.toISOString()).toBe('2026-03-24T15:00:00.000Z');
    expect(window).toMatchObject({ to: undefined, resolution: 'hour', isExact: false });
  });
  it('ends where it is told to', () => {
    const window = windowOf({ period: 'P1D', end: new Date('2026-03-20T00:00:00Z') }, NOW);
    expect(window.from.toISOString()).toBe('2026-03-19T00:00:00.000Z');
    expect(window.to?.toISOString()).toBe('2026-03-20T00:00:00.000Z');
  });
  it('takes an end in the future as now', () => {
    expect(windowOf({ end: new Date('2027-01-01T00:00:00Z') }, NOW).to).toBeUndefined();
  });
  it('takes from and to exactly, and drops a resolution that does not fit them', () => {
    const from = new Date('2026-03-30T10:00:00Z');
    const to = new Date('2026-03-30T14:00:00Z');
    expect(windowOf({ from, to, resolution: 'day' }, NOW)).toMatchObject({
      from,
      to,
      resolution: 'min',
      isExact: true,
    });
  });
  it('falls back to a week when the URL holds nonsense', () => {
    expect(windowOf({ period: 'fortnight' }, NOW).length).toBe(7 * DAY);
    const upsideDown = { from: new Date('2026-03-30'), to: new Date('2026-03-01') };
    expect(windowOf(upsideDown, NOW).isExact).toBe(false);
  });
});

describe('floorTo', () => {
  it('cuts in UTC', () => {
    expect(floorTo(NOW, 'day').toISOString()).toBe('2026-03-31T00:00:00.000Z');
    expect(floorTo(NOW, 'min').toISOString()).toBe('2026-03-31T15:42:00.000Z');
  });
});

describe('the last day of a period', () => {
  it('is the one that ends when the period does', () => {
    expect(dayAfter('2026-02-28')).toEqual(new Date(2026, 2, 1));
    expect(lastDay(dayAfter('2026-02-28'))).toBe('2026-02-28');
  });
  it('is the one that a period stops within', () => {
    expect(lastDay(new Date(2026, 1, 28, 15))).toBe('2026-02-28');
  });
});
