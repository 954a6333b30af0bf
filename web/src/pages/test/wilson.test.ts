import { expect, it } from 'vitest';
import { wilson } from './wilson';

it('is the interval that the server gives', () => {
  expect(wilson(0, 0)).toBeNull();
  expect(wilson(0, 10)?.low).toBe(0);
  expect(wilson(0, 10)?.high).toBeCloseTo(0.27753, 5);
  expect(wilson(10, 10)).toMatchObject({ high: 1 });
  expect(wilson(7, 77)?.low).toBeCloseTo(0.0447357, 6);
  expect(wilson(7, 77)?.high).toBeCloseTo(0.1759612, 6);
});
