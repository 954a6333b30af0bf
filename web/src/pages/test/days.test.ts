import { afterEach, expect, it, vi } from 'vitest';
import type { Window } from '../../lib/period';
import { askedResolution, countsOf } from './days';
import type { TestSeries } from './queries';

const ZERO = { xfail: [0, 0, 0], uxsuccess: [0, 0, 0], skipped: [0, 0, 0], incomplete: [0, 0, 1] };

// 22:00, 23:00 and 00:00 UTC: in a zone an hour ahead the day changes after the first.
const series = {
  resolution: 'hour',
  times: ['2026-03-01T22:00:00Z', '2026-03-01T23:00:00Z', '2026-03-02T00:00:00Z'],
  ...ZERO,
  passed: [2, 3, 1],
  failed: [1, 0, 2],
  timed: [2, 3, 1],
  mean_seconds: [1.5, 4, 10],
  deviation_seconds: [Math.SQRT1_2, 1, null], // 1 and 2; 3, 4 and 5; 10
  min_seconds: [1, 3, 10],
  max_seconds: [2, 5, 10],
} as unknown as TestSeries;

function window(hours: number, resolution: Window['resolution'] = 'day'): Window {
  const until = new Date('2026-03-08T12:00:00Z');
  const length = hours * 3_600_000;
  return { from: new Date(until.getTime() - length), until, length, resolution, isExact: false };
}

function anHourAhead(offset = -60) {
  vi.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(offset);
}

afterEach(() => vi.restoreAllMocks());

it('asks for hours where the days of the zone are not those of UTC', () => {
  anHourAhead();
  expect(askedResolution(window(7 * 24), 'local')).toBe('hour');
  expect(askedResolution(window(7 * 24), 'utc')).toBe('day');
  expect(askedResolution(window(24, 'min'), 'local')).toBe('min');
  expect(askedResolution(window(180 * 24), 'local')).toBe('day');
});

it('keeps to the days of UTC in a zone that is half an hour off', () => {
  anHourAhead(-330);
  expect(askedResolution(window(7 * 24), 'local')).toBe('day');
});

it('puts hours together to days of the zone, with the mean and deviation of all results of a day', () => {
  anHourAhead();
  const counts = countsOf(series, 'day', 'local');

  expect(counts.days).toEqual(['2026-03-01', '2026-03-02']);
  expect(counts.passed).toEqual([2, 4]);
  expect(counts.failed).toEqual([1, 2]);
  expect(counts.incomplete).toEqual([0, 1]);
  expect(counts.timed).toEqual([2, 4]);
  expect(counts.mean).toEqual([1.5, 5.5]); // of 3, 4, 5 and 10
  expect(counts.deviation[0]).toBeCloseTo(Math.SQRT1_2);
  expect(counts.deviation[1]).toBeCloseTo(Math.sqrt((2.5 ** 2 + 1.5 ** 2 + 0.5 ** 2 + 4.5 ** 2) / 3));
});

it('leaves other resolutions as they came', () => {
  expect(countsOf(series, 'hour', 'local')).toMatchObject({
    times: series.times,
    resolution: 'hour',
    mean: [1.5, 4, 10],
  });
});
