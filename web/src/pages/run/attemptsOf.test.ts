import { expect, it } from 'vitest';
import type { RunSummary } from '../../api/types';
import { attemptsOf } from './attemptsOf';

const RUNS = [{ uuid: 'a' }, { uuid: 'b' }, { uuid: 'c' }] as RunSummary[];

it('an attempt is followed by the next in the order of start, the last by none', () => {
  expect(attemptsOf(RUNS, 'a')).toMatchObject({ here: 1, next: { uuid: 'b', number: 2 } });
  expect(attemptsOf(RUNS, 'c').here).toBe(3);
  expect(attemptsOf(RUNS, 'c').next).toBeUndefined();
});

it('a run that is not among them has no place and nothing after it', () => {
  expect(attemptsOf([], 'a')).toEqual({ attempts: [], here: 0, next: undefined });
  expect(attemptsOf(RUNS, 'x').next).toBeUndefined();
});
