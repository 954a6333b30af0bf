import { describe, expect, it } from 'vitest';
import { countByStatus, filterRows, rowsOf, sortRows } from './results';

const rows = rowsOf(
  {
    test: ['c.slow', 'a.skipped', 'b.broken', 'b.broken', 'd.never_ended'],
    attempt: [0, 0, 1, 0, 0],
    status: ['success', 'skip', 'success', 'fail', 'incomplete'],
    started_at: ['2026-03-24T00:01:00Z', null, '2026-03-24T00:00:02Z', '2026-03-24T00:00:01Z', '2026-03-24T00:00:03Z'],
    seconds: [30, 0, 1, 2, null],
    worker: ['worker-0', '', '', '', ''],
    tags: [[], [], [], [], []],
    attributes: ['smoke', '', '', '', ''],
    message: ['', 'no backup service', '', 'AssertionError: 1', ''],
    attachments: [0, 1, 0, 2, 0],
  },
  '2026-03-24T00:00:00Z',
);
const names = (of: typeof rows) => of.map((row) => `${row.test}~${row.attempt}`);

describe('results', () => {
  it('start so many seconds into the run', () => {
    expect(rows.map((row) => row.offset)).toEqual([60, null, 2, 1, 3]);
  });
  it('are counted by status', () => {
    expect(countByStatus(rows)).toEqual({ fail: 1, incomplete: 1, uxsuccess: 0, xfail: 0, skip: 1, success: 2 });
  });
  it('are found by status, name, message and attributes', () => {
    expect(names(filterRows(rows, ['fail', 'skip']))).toEqual(['a.skipped~0', 'b.broken~0']);
    expect(names(filterRows(rows, [], /assertion/i))).toEqual(['b.broken~0']);
    expect(names(filterRows(rows, [], /smoke/i))).toEqual(['c.slow~0']);
  });
  it('come failures first by default, then by name and attempt', () => {
    expect(names(sortRows(rows, 'status', false))).toEqual([
      'b.broken~0',
      'd.never_ended~0',
      'a.skipped~0',
      'b.broken~1',
      'c.slow~0',
    ]);
  });
  it('without a value come last in either direction', () => {
    expect(names(sortRows(rows, 'seconds', true)).at(-1)).toBe('d.never_ended~0');
    expect(names(sortRows(rows, 'seconds', false)).at(-1)).toBe('d.never_ended~0');
    expect(names(sortRows(rows, 'seconds', true))[0]).toBe('c.slow~0');
  });
});
