import { expect, it } from 'vitest';
import type { Group } from '../api/types';
import { sortGroups } from './groups';

const group = (value: string, passed: number, failed: number): Group => ({
  value,
  passed,
  failed,
  infra: 0,
  ignored: 0,
  failure_rate: passed + failed ? failed / (passed + failed) : null,
  n: passed + failed,
  newest_run_at: '2026-03-24T00:00:00Z',
  series: { passed: [], failed: [], infra: [], ignored: [] },
});
const groups = [group('none', 0, 0), group('few', 1, 1), group('many', 50, 50), group('good', 9, 0)];
const names = (sort: 'failure_rate' | 'value' | 'passed', ascending: boolean) =>
  sortGroups(groups, sort, ascending).map(({ value }) => value);

it('sorts by rate, more failures first among equals, no rate last in either direction', () => {
  expect(names('failure_rate', false)).toEqual(['many', 'few', 'good', 'none']);
  expect(names('failure_rate', true)).toEqual(['good', 'many', 'few', 'none']);
});

it('sorts by name and by number', () => {
  expect(names('value', true)).toEqual(['few', 'good', 'many', 'none']);
  expect(names('passed', false)).toEqual(['many', 'good', 'few', 'none']);
});
