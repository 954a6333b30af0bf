import { expect, it } from 'vitest';
import { condense, failureRate, ratesOf, totalsOf } from './series';

const series = { passed: [3, 0, 0], failed: [1, 0, 2], infra: [0, 5, 0], ignored: [1, 1, 0] };

it('rates leave infra and ignored runs out, and have gaps instead of zeros', () => {
  expect(ratesOf(series)).toEqual([0.25, null, 1]);
  expect(failureRate(0, 0)).toBeNull();
});

it('totals add up', () => {
  expect(totalsOf(series)).toEqual({ passed: 3, failed: 3, infra: 5, ignored: 2, runs: 13, n: 6, rate: 0.5 });
});

it('condensing keeps the sum', () => {
  expect(condense([1, 2, 3, 4, 5], 2)).toEqual([6, 9]);
  expect(condense([1, 2], 5)).toEqual([1, 2]);
});
