import { describe, expect, it } from 'vitest';
import { lanesOf, moved, readSpan, scaled, writeSpan } from './lanes';
import type { ResultRow } from './results';

function row(test: string, worker: string, offset: number | null, seconds: number | null, more = {}): ResultRow {
  const rest = { attempt: 0, status: 'success' as const, attributes: '', message: '', attachments: 0 };
  return { test, worker, offset, seconds, ...rest, ...more };
}

it('puts results on the lanes of their workers, by number and not by letters, from the first test on', () => {
  const lanes = lanesOf([
    row('c', 'worker-10', 103, 1),
    row('a', 'worker-2', 101, 4),
    row('b', 'worker-2', 105.5, null, { status: 'incomplete' }),
    row('d', '', null, 1),
  ]);

  expect(lanes.workers).toEqual(['worker-2', 'worker-10']);
  expect(lanes.bars.map(({ row, lane, start, end, fold }) => [row.test, lane, start, end, fold])).toEqual([
    ['a', 0, 0, 4, 'passed'],
    ['c', 1, 2, 3, 'passed'],
    ['b', 0, 4.5, 4.5, 'incomplete'],
  ]);
  expect(lanes).toMatchObject({ first: 101, length: 4.5, untimed: 1 });
});

it('has no bars where nothing is known of times', () => {
  expect(lanesOf([row('a', '', null, 1)])).toMatchObject({ workers: [], bars: [], untimed: 1 });
});

describe('the zoom', () => {
  const whole = { from: 0, to: 100 };

  it('is read from an address, and nonsense is the whole', () => {
    expect(readSpan('12~34.5', whole)).toEqual({ from: 12, to: 34.5 });
    expect(readSpan('-5~300', whole)).toEqual(whole);
    for (const text of ['', '7', 'a~b', '9~8']) expect(readSpan(text, whole)).toEqual(whole);
  });
  it('is written short, and not at all for the whole', () => {
    expect(writeSpan({ from: 1.23456, to: 50 }, whole)).toBe('1.235~50');
    expect(writeSpan({ from: -1, to: 101 }, whole)).toBe('');
  });
  it('grows and shrinks about its middle and stays inside when it moves', () => {
    expect(scaled({ from: 40, to: 60 }, 0.5)).toEqual({ from: 45, to: 55 });
    expect(moved({ from: 40, to: 60 }, 0.5, whole)).toEqual({ from: 50, to: 70 });
    expect(moved({ from: 5, to: 25 }, -0.5, whole)).toEqual({ from: 0, to: 20 });
  });
});
