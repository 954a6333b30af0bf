import { describe, expect, it } from 'vitest';
import {
  bestResolution,
  dayAfter,
  floorTo,
  isSensible,
  lastDay,
  limitWords,
  longerPeriod,
  startBefore,
  windowOf,
} from './period';

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
    expect(isSensible('hour', 6 * HOUR, 'overview')).toBe(false);
    expect(isSensible('hour', 12 * HOUR, 'overview')).toBe(true);
    expect(isSensible('hour', 180 * DAY, 'overview')).toBe(false);
    expect(isSensible('day', DAY, 'overview')).toBe(false);
    expect(isSensible('min', DAY, 'overview')).toBe(true);
    expect(isSensible('min', 7 * DAY, 'overview')).toBe(false);
    expect(isSensible('sec', HOUR, 'overview')).toBe(true);
    expect(isSensible('sec', 12 * HOUR, 'overview')).toBe(false);
  });
  it('are chosen by the length of the period, and always sensible', () => {
    const lengths = [60_000, HOUR, 12 * HOUR, DAY, 7 * DAY, 14 * DAY, 31 * DAY, 92 * DAY, 184 * DAY];
    expect(lengths.map((length) => bestResolution(length))).toEqual([
      'sec',
      'min',
      'hour',
      'hour',
      'hour',
      'hour',
      'hour',
      'day',
      'day',
    ]);
    for (const length of lengths) expect(isSensible(bestResolution(length), length, 'overview')).toBe(true);
  });
});

describe('windowOf', () => {
  it('is the last week by the hour when nothing is chosen, from a whole bucket, up to now', () => {
    const window = windowOf({}, NOW, 'overview');
    expect(window.from.toISOString()).toBe('2026-03-24T15:00:00.000Z');
    expect(window).toMatchObject({ to: undefined, resolution: 'hour', isExact: false });
  });
  it('ends where it is told to', () => {
    const window = windowOf({ period: 'P1D', end: new Date('2026-03-20T00:00:00Z') }, NOW, 'overview');
    expect(window.from.toISOString()).toBe('2026-03-19T00:00:00.000Z');
    expect(window.to?.toISOString()).toBe('2026-03-20T00:00:00.000Z');
  });
  it('takes an end in the future as now', () => {
    expect(windowOf({ end: new Date('2027-01-01T00:00:00Z') }, NOW, 'overview').to).toBeUndefined();
  });
  it('takes from and to exactly, and drops a resolution that does not fit them', () => {
    const from = new Date('2026-03-30T10:00:00Z');
    const to = new Date('2026-03-30T14:00:00Z');
    expect(windowOf({ from, to, resolution: 'day' }, NOW, 'overview')).toMatchObject({
      from,
      to,
      resolution: 'min',
      isExact: true,
    });
  });
  it('falls back to a week when the URL holds nonsense', () => {
    expect(windowOf({ period: 'fortnight' }, NOW, 'overview').length).toBe(7 * DAY);
    const upsideDown = { from: new Date('2026-03-30'), to: new Date('2026-03-01') };
    expect(windowOf(upsideDown, NOW, 'overview').isExact).toBe(false);
  });
});

describe('limits', () => {
  it('differ by page', () => {
    expect(isSensible('hour', 90 * DAY, 'overview')).toBe(true);
    expect(isSensible('hour', 90 * DAY, 'job')).toBe(false);
    expect(windowOf({}, NOW, 'group').period).toBe('P14D');
    expect(limitWords('hour', 'job')).toBe('from 12 hours to 31 days');
    expect(limitWords('min', 'overview')).toBe('up to 1 day');
    expect(limitWords('day', 'overview')).toBe('from 2 days');
  });
  it('clamp a resolution to the nearest that fits, and say so', () => {
    const of = (resolution: 'sec' | 'min' | 'hour' | 'day', period: string, page: 'overview' | 'job' = 'overview') =>
      windowOf({ resolution, period }, NOW, page);
    expect(of('sec', 'P7D')).toMatchObject({ resolution: 'hour', refused: 'sec' });
    expect(of('day', 'PT1H')).toMatchObject({ resolution: 'min', refused: 'day' });
    expect(of('hour', 'P3M', 'job')).toMatchObject({ resolution: 'day', refused: 'hour' });
    expect(of('hour', 'P3M')).not.toHaveProperty('refused');
  });
  it('give way to a period that suits the resolution when no period is chosen', () => {
    expect(windowOf({ resolution: 'min' }, NOW, 'overview')).toMatchObject({ period: 'PT12H', resolution: 'min' });
    expect(windowOf({ resolution: 'day' }, NOW, 'overview')).toMatchObject({ period: 'P7D', resolution: 'day' });
  });
  it('lead to the next longer period', () => {
    expect(longerPeriod('P7D')?.code).toBe('P14D');
    expect(longerPeriod('P6M')).toBeUndefined();
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
    expect(dayAfter('2026-02-28', 'local')).toEqual(new Date(2026, 2, 1));
    expect(lastDay(dayAfter('2026-02-28', 'local'), 'local')).toBe('2026-02-28');
  });
  it('is the one that a period stops within', () => {
    expect(lastDay(new Date(2026, 1, 28, 15), 'local')).toBe('2026-02-28');
  });

  it('counts a single test by days, without a longer period than other pages have', () => {
    const window = windowOf({}, NOW, 'test');
    expect(window).toMatchObject({ period: 'P7D', resolution: 'day' });
    expect(window.from).toEqual(windowOf({}, NOW, 'overview').from);
    expect(windowOf({ resolution: 'hour' }, NOW, 'test').resolution).toBe('hour');
    expect(windowOf({ resolution: 'day' }, NOW, 'test').from.toISOString()).toBe('2026-03-24T00:00:00.000Z');
    expect(windowOf({ period: 'P1D' }, NOW, 'test').resolution).toBe('hour');
  });
});
