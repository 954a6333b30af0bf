import { expect, it } from 'vitest';
import { isRetried, meaningOf, outcomeWord, outcomeWords, saysMore } from './resultWords';

it('the word of the CI system stands beside the outcome where it says more', () => {
  expect(outcomeWords('infra', 'NODE_FAILURE')).toBe('Infra failure (NODE_FAILURE)');
  expect(outcomeWords('fail', 'TIMED_OUT')).toBe('Failed (TIMED_OUT)');
  expect(outcomeWords('pass', 'SUCCESS')).toBe('Passed');
  expect(outcomeWords('fail', 'FAILURE')).toBe('Failed');
  expect(outcomeWords('fail', 'failed')).toBe('Failed');
  expect(outcomeWords('ignored', '')).toBe('Ignored');
});

it('a word that contradicts the outcome is never left out', () => {
  expect(saysMore('fail', 'SUCCESS')).toBe(true);
  expect(saysMore('pass', 'FAILURE')).toBe(true);
});

it('a run that was tried again is not one that nobody wanted', () => {
  expect(outcomeWord('ignored', 'RETRY')).toBe('Retried');
  expect(outcomeWord('ignored', 'CANCELED')).toBe('Ignored');
  expect(isRetried('RETRY_LIMIT')).toBe(false);
});

it('every word of an infra failure that Zuul has is explained', () => {
  for (const word of ['NODE_FAILURE', 'RETRY_LIMIT', 'POST_FAILURE', 'DISK_FULL', 'LOST', 'TIMED_OUT', 'RETRY'])
    expect(meaningOf(word), word).toBeTruthy();
  expect(meaningOf('SUCCESS')).toBeUndefined();
});
