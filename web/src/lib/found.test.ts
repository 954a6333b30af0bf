import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Found, RunSummary } from '../api/types';
import { countWords, forgetPlaces, lastPlaces, type Place, rememberPlace, sectionsOf } from './found';

const RUN = {
  ...{ uuid: 'ab'.repeat(16), job: 'unit', pipeline: 'gate', change: '' },
  ...{ outcome: 'infra', result: 'NODE_FAILURE' },
} as RunSummary;
const FOUND: Found = {
  jobs: [{ name: 'unit', newest_run_at: '2026-03-24T12:00:00Z' }],
  jobs_total: 1,
  projects: [],
  projects_total: 0,
  tests: ['a.B.test_unit', 'a.C.test_unit'],
  tests_total: 9,
  runs: [RUN],
  runs_total: 1,
  changes: [{ project: 'acme/rocket', change: '91234', runs: 3, newest_run: RUN }],
  changes_total: 1,
};

it('what was found is listed by kind, with what is left and where each leads', () => {
  const sections = sectionsOf(FOUND, 'unit');
  expect(sections.map(({ title, places, left }) => [title, places.length, left])).toEqual([
    ['Jobs', 1, 0],
    ['Tests', 2, 7],
    ['Changes', 1, 0],
    ['Runs', 1, 0],
  ]);
  expect(sections.map(({ places }) => places[0]?.to)).toEqual([
    '/job/unit',
    '/test?test=a.B.test_unit',
    '/g/change/91234',
    `/run/${RUN.uuid}`,
  ]);
  expect(sections.at(-1)?.places[0]?.note).toBe('unit, gate, infra failure (NODE_FAILURE)');
  expect(countWords(sections)).toBe('1 job, 9 tests, 1 change and 1 run found');
});

it('numbers come first when one is typed', () => {
  expect(sectionsOf(FOUND, '9123').map(({ title }) => title)).toEqual(['Changes', 'Runs', 'Jobs', 'Tests']);
  expect(countWords([])).toBe('Nothing found');
});

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});
afterEach(() => vi.unstubAllGlobals());

const place = (name: string): Place => ({ kind: 'job', name, note: '', to: `/job/${name}` });

it('the last places are kept, the newest first, each once', () => {
  for (const name of ['a', 'b', 'c', 'a']) rememberPlace(place(name));
  expect(lastPlaces().map(({ name }) => name)).toEqual(['a', 'c', 'b']);
  for (let i = 0; i < 20; i += 1) rememberPlace(place(`job-${i}`));
  expect(lastPlaces()).toHaveLength(8);
  forgetPlaces();
  expect(lastPlaces()).toEqual([]);
});

it('what is stored is not trusted', () => {
  for (const stored of [
    '{',
    '3',
    '[null, {}, {"kind": "job"}]',
    JSON.stringify([{ ...place('a'), to: '//evil.example' }]),
  ]) {
    localStorage.setItem('gatehealth-found', stored);
    expect(lastPlaces()).toEqual([]);
  }
});
