import { expect, test } from 'vitest';
import { cellOf, rowName, spacedLabels } from './cells';
import { drawn, kept, moved } from './place';

test('letters stand for statuses, small ones for the last of several attempts', () => {
  expect(cellOf('F')).toEqual({ status: 'fail', isRetried: false });
  expect(cellOf('s')).toEqual({ status: 'success', isRetried: true });
  expect(cellOf('.')).toBeUndefined();
  expect(cellOf(undefined)).toBeUndefined();
});

test('labels stand where the word changes and are repeated, and never on each other', () => {
  expect([...spacedLabels(['a', 'a', 'b', 'c', 'c', 'c', 'd'], 3, 99)]).toEqual([
    [0, 'a'],
    [3, 'c'],
    [6, 'd'],
  ]);
  expect([...spacedLabels(['a', 'b', 'b', 'b', 'b'], 2, 99)]).toEqual([
    [0, 'a'],
    [2, 'b'],
  ]);
  expect([...spacedLabels(['a', 'a', 'a', 'a', 'a'], 1, 2)].map(([at]) => at)).toEqual([0, 2, 4]);
});

test('what the window shows is drawn, with some around it', () => {
  expect(drawn(1000, 0, 400, 20)).toEqual({ first: 0, end: 28 });
  expect(drawn(1000, 10_000, 400, 20)).toEqual({ first: 492, end: 528 });
  expect(drawn(10, 0, 400, 20)).toEqual({ first: 0, end: 10 });
  expect(drawn(0, 0, 400, 20)).toEqual({ first: 0, end: 0 });
});

test('keys move through cells and headers, and stop at the edges', () => {
  const size = { rows: 100, columns: 50, page: 20 };
  const at = { row: 5, column: 5 };
  const go = (key: string, from = at, isFar = false) => moved(from, key, isFar, size);
  expect(go('ArrowUp')).toEqual({ row: 4, column: 5 });
  expect(go('ArrowUp', { row: 0, column: 5 })).toEqual({ row: -1, column: 5 });
  expect(go('ArrowUp', { row: -1, column: 5 })).toEqual({ row: -1, column: 5 });
  expect(go('ArrowRight', { row: 5, column: 49 })).toEqual({ row: 5, column: 49 });
  expect(go('ArrowLeft', { row: 5, column: 0 })).toEqual({ row: 5, column: -1 });
  expect(go('PageDown')).toEqual({ row: 25, column: 5 });
  expect(go('PageUp')).toEqual({ row: 0, column: 5 });
  expect(go('Home')).toEqual({ row: 5, column: 0 });
  expect(go('End', at, true)).toEqual({ row: 99, column: 49 });
  expect(go('Home', at, true)).toEqual({ row: 0, column: 0 });
  expect(go('x')).toBeUndefined();
});

test('a place stays in a grid that has become smaller', () => {
  expect(kept({ row: 80, column: 40 }, { rows: 10, columns: 5 })).toEqual({ row: 9, column: 4 });
  expect(kept({ row: -1, column: 2 }, { rows: 0, columns: 5 })).toEqual({ row: -1, column: 2 });
});

test('rows have short names, and wrappers say that they are', () => {
  expect(rowName('a.b.TestC.test_d')).toBe('TestC.test_d');
  expect(rowName('a.b.TestC.test_d', true)).toBe('test_d');
  expect(rowName('test_d', true)).toBe('test_d');
  expect(rowName('setUpClass (a.b.TestC)')).toBe('setUpClass (b.TestC)');
});
