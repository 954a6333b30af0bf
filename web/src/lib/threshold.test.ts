import { expect, it } from 'vitest';
import { levelOf } from './threshold';

it('holds the thresholds of the original, which are exclusive', () => {
  const rates = [0, 0.001, 0.08, 0.081, 0.15, 0.151, 1, null];
  expect(rates.map(levelOf)).toEqual(['success', 'info', 'info', 'warning', 'warning', 'danger', 'danger', undefined]);
});
