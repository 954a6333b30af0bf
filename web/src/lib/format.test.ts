import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatInterval,
  formatKey,
  formatMoment,
  formatRate,
  formatSeconds,
  formatUtc,
  fromTheClock,
  onTheClock,
  plural,
} from './format';

describe('formatRate', () => {
  it('says per cent with one digit', () => {
    expect([0, 0.155, 1].map(formatRate)).toEqual(['0 %', '15.5 %', '100 %']);
  });
  it('never rounds a few failures away, nor a few passes', () => {
    expect(formatRate(0.00001)).toBe('< 0.1 %');
    expect(formatRate(0.99999)).toBe('> 99.9 %');
  });
  it('says nothing of nothing', () => {
    expect(formatRate(null)).toBe('–');
  });
});

it('says an interval', () => {
  expect(formatInterval(0.0214, 0.0478)).toBe('2.1–4.8 %');
  expect(formatInterval(0, 1)).toBe('0–100 %');
  expect(formatInterval(0.0001, 0.02)).toBe('< 0.1–2.0 %');
  expect(formatInterval(null, null)).toBe('');
});

it('reads a clock both ways', () => {
  const moment = new Date('2026-03-24T12:00:00Z');
  for (const zone of ['local', 'utc'] as const) {
    expect(fromTheClock(onTheClock(moment, zone), zone)).toEqual(moment);
  }
  expect(formatMoment(moment, 'utc')).toBe('2026-03-24 12:00');
});

describe('formatSeconds', () => {
  it('keeps the digits that matter', () => {
    const seconds = [0, 0.0042, 2.314, 48.26, 59.97, 200, 3900, 200_000, null];
    expect(seconds.map(formatSeconds)).toEqual([
      '0 s',
      '0.004 s',
      '2.31 s',
      '48.3 s',
      '1 min 00 s',
      '3 min 20 s',
      '1 h 05 min',
      '2 d 7 h',
      '–',
    ]);
  });
});

it('says of a clock that ran ahead by how much', () => {
  expect(formatSeconds(-90)).toBe('−1 min 30 s');
});

describe('formatAgo', () => {
  const now = new Date('2026-03-24T12:00:00Z');
  it('chooses the unit', () => {
    const at = (seconds: number) => formatAgo(new Date(now.getTime() - seconds * 1000), now);
    expect([5, 60, 200, 5000, 7200, 200_000].map(at)).toEqual([
      'just now',
      '1 min ago',
      '3 min ago',
      '83 min ago',
      '2 h ago',
      '2 days ago',
    ]);
    expect(at(-600)).toBe('in 10 min');
  });
});

describe('the rest', () => {
  it('formats bytes, counts, keys and moments', () => {
    expect([0, 999, 1500, 2_340_000].map(formatBytes)).toEqual(['0 B', '999 B', '1.5 kB', '2.3 MB']);
    expect([plural(1, 'run'), plural(1234, 'run')]).toEqual(['1 run', '1,234 runs']);
    expect(formatKey('build_branch')).toBe('Build branch');
    expect(formatUtc(new Date('2026-03-24T12:00:00.123Z'))).toBe('2026-03-24 12:00:00 UTC');
    expect(formatMoment(new Date(2026, 2, 4, 5, 6, 7), 'local', true)).toBe('2026-03-04 05:06:07');
  });
});
