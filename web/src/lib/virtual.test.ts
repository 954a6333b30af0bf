import { expect, it } from 'vitest';
import { drawnRows } from './virtual';

it('draws what the window shows, and some around it', () => {
  expect(drawnRows(1000, -200, 900, 30)).toEqual({ first: 0, end: 60 });
  expect(drawnRows(1000, 15_000, 900, 30)).toEqual({ first: 470, end: 560 });
});

it('stays within the table', () => {
  expect(drawnRows(1000, 90_000, 900, 30)).toEqual({ first: 999, end: 1000 });
  expect(drawnRows(0, 0, 900, 30)).toEqual({ first: 0, end: 0 });
});
