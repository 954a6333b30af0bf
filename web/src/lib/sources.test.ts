import { expect, it } from 'vitest';
import type { SourceStatus } from '../api/types';
import { partsOf, STATE_LEVELS, stateWords, troubled, waitingBuilds } from './sources';

const SOURCE = {
  name: 'zuul',
  state: 'current',
  known: 110,
  fetched: 100,
  waiting: 12,
  with_results: 60,
} as SourceStatus;

it('the parts of a bar are all builds that are known, each once', () => {
  const without = [
    { lack: 'no logs', builds: 30 },
    { lack: 'expired', builds: 9 },
    { lack: 'a new word', builds: 1 },
  ];
  const parts = partsOf({ ...SOURCE, without });
  expect(parts.map(({ words, builds, tone }) => [words, builds, tone])).toEqual([
    ['with results', 60, 'results'],
    ['no logs', 30, 'none'],
    ['expired', 9, 'lost'],
    ['a new word', 1, 'lost'],
    ['not fetched yet', 10, 'waiting'],
  ]);
  expect(parts.reduce((sum, { builds }) => sum + builds, 0)).toBe(SOURCE.known);
});

it('a source of which nothing is known has no parts', () => {
  expect(partsOf({ ...SOURCE, known: 0, fetched: 0, with_results: 0, without: [] })).toEqual([]);
});

it('what a source that is collected no more left behind is nobody’s to wait for', () => {
  const left = { ...SOURCE, state: 'left' as const };
  expect(waitingBuilds([SOURCE, SOURCE, left])).toBe(24);
  expect(troubled([SOURCE, left])).toEqual([]);
});

it('a source is caught up when everything that it listed was tried', () => {
  expect(stateWords({ ...SOURCE, retrying: 11 })).toBe('Fetching 1 build');
  expect(stateWords({ ...SOURCE, retrying: 12 })).toBe('Caught up');
});

it('who fails or is behind is looked after', () => {
  const failing = { ...SOURCE, state: 'failing' as const };
  const behind = { ...SOURCE, state: 'behind' as const, lag_seconds: 1_260 };
  expect(troubled([SOURCE, failing, behind])).toEqual([failing, behind]);
  expect(stateWords(behind)).toBe('Behind by 21 min');
  expect(STATE_LEVELS[failing.state]).toBe('danger');
});
