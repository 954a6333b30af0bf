import { expect, it } from 'vitest';
import { ROLLING, rolling } from './rolling';

it('is the mean of the last twenty, and none of too few', () => {
  const values = Array.from({ length: 30 }, (_, i) => i);
  const rolled = rolling(values);

  expect(rolled[3]).toEqual({ mean: null, deviation: null });
  expect(rolled[4]?.mean).toBe(2);
  expect(rolled[4]?.deviation).toBeCloseTo(Math.sqrt(2.5));
  expect(rolled[29]?.mean).toBe((10 + 29) / 2);
  expect(rolled[29]?.deviation).toBeCloseTo(Math.sqrt((ROLLING * (ROLLING + 1)) / 12));
});
