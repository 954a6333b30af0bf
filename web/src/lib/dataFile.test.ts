import { expect, it } from 'vitest';
import { csvOf, fileNameOf, isNumeric, jsonOf } from './dataFile';

const columns = [
  { name: 'test', values: ['a.b[x,y]', 'says "no"', 'two\nlines', 'plain'] },
  { name: 'rate', values: [0.5, null, 0, 1] },
];

it('writes CSV as RFC 4180 has it', () => {
  expect(csvOf(columns)).toBe('test,rate\r\n"a.b[x,y]",0.5\r\n"says ""no""",\r\n"two\nlines",0\r\nplain,1\r\n');
  expect(csvOf([])).toBe('\r\n');
});

it('keeps a spreadsheet from taking a text for a formula', () => {
  const names = { name: 'test', values: ['=HYPERLINK("http://x")', '+1', '-1', '@x', -1] };
  expect(csvOf([names])).toBe(`test\r\n"'=HYPERLINK(""http://x"")"\r\n'+1\r\n'-1\r\n'@x\r\n-1\r\n`);
  expect(JSON.parse(jsonOf([names]))).toEqual({ test: names.values });
});

it('writes JSON in columns', () => {
  expect(JSON.parse(jsonOf(columns))).toEqual({ test: columns[0]?.values, rate: columns[1]?.values });
});

it('names files and knows columns of numbers', () => {
  expect(fileNameOf('Failure rate: tempest/full')).toBe('failure-rate-tempest-full');
  expect(fileNameOf('?')).toBe('data');
  expect(columns.map(isNumeric)).toEqual([false, true]);
});
