import { describe, expect, test } from 'vitest';
import { formatCount, formatRate } from '../../lib/format';
import { changeWords } from './change';
import { askable } from './queries';

describe('a number beside that of the period before', () => {
  test('says which way it went, and from where', () => {
    expect(changeWords(12, 8, formatCount)).toBe('↑ from 8');
    expect(changeWords(0.02, 0.041, formatRate)).toBe('↓ from 4.1 %');
  });
  test('did not move when both read alike', () => {
    expect(changeWords(0.0411, 0.0412, formatRate)).toBe('as in the period before');
  });
  test('may have no other side', () => {
    expect(changeWords(0.5, null, formatRate)).toBe('none in the period before');
    expect(changeWords(null, 0.5, formatRate)).toBe('50.0 % in the period before');
  });
});

test('the names of a page of tests are asked for in as few addresses as they fit into', () => {
  const names = Array.from({ length: 100 }, (_, i) => `${'x'.repeat(100)}${i}`);
  const lists = askable(names);
  expect(lists.flat()).toEqual(names);
  expect(lists).toHaveLength(2);
  expect(askable([])).toEqual([]);
  expect(askable(['y'.repeat(9_000), 'z'])).toHaveLength(2);
});
