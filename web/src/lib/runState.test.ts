import { expect, it } from 'vitest';
import { readRun, writeRun } from './runState';

const roundTrip = (query: string) => writeRun(readRun(new URLSearchParams(query))).toString();

it('comes back the same from its URL', () => {
  const query = 'status=fail&status=skip&q=nova&sort=seconds&dir=desc&page=3&test=a.b%5Bx%5D&test=c';
  expect(roundTrip(query)).toBe(query);
});

it('drops nonsense', () => {
  expect(roundTrip('status=broken&sort=colour&dir=up&page=-1&test=')).toBe('');
});
