import { expect, it } from 'vitest';
import { secondsSteps, shortSeconds } from './secondsAxis';

it('steps by what is round on a clock', () => {
  expect(secondsSteps(180)).toEqual({ interval: 60, max: 180 });
  expect(secondsSteps(2_460)).toEqual({ interval: 600, max: 3_000 });
  expect(secondsSteps(8_000)).toEqual({ interval: 1_800, max: 9_000 });
  expect(secondsSteps(0)).toEqual({ interval: 0.001, max: 0.001 });
  expect(secondsSteps(10_000_000).max).toBeGreaterThanOrEqual(10_000_000);
});

it('says round durations shortly', () => {
  expect([0, 0.05, 30, 90, 120, 5_400, 7_200, 259_200].map(shortSeconds)).toEqual([
    '0',
    '0.05 s',
    '30 s',
    '1 min 30 s',
    '2 min',
    '1 h 30 min',
    '2 h',
    '3 d',
  ]);
});
