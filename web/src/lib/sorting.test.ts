import { expect, it } from 'vitest';
import { sortedBy } from './sorting';

const rows = [
  { name: 'b', rate: 0.5 },
  { name: 'none', rate: null },
  { name: 'a', rate: 0.5 },
  { name: 'c', rate: 0.1 },
];
const names = (of: typeof rows) => of.map(({ name }) => name);

it('keeps equal rows in order and rows without a value last', () => {
  expect(names(sortedBy(rows, (row) => row.rate, 'desc'))).toEqual(['b', 'a', 'c', 'none']);
  expect(names(sortedBy(rows, (row) => row.rate, 'asc'))).toEqual(['c', 'b', 'a', 'none']);
});

it('sorts texts by their characters', () => {
  expect(names(sortedBy(rows, (row) => row.name, 'asc'))).toEqual(['a', 'b', 'c', 'none']);
});
