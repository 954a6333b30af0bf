import { describe, expect, it } from 'vitest';
import { axisLabels, bucketLabel } from './axis';

const MINUTE = 60_000;
/** Buckets whose first one starts at this local time. */
const buckets = (start: Date, length: number, count: number) =>
  Array.from({ length: count }, (_, i) => new Date(start.getTime() + i * length));

describe('axisLabels', () => {
  it('labels the days of a week of hours', () => {
    const labels = axisLabels(buckets(new Date(2026, 10, 15, 16), 60 * MINUTE, 168), 'hour', 'local');
    expect([...labels.values()]).toEqual(['16 Nov', '17 Nov', '18 Nov', '19 Nov', '20 Nov', '21 Nov', '22 Nov']);
    expect([...labels.keys()][0]).toBe(8);
  });
  it('labels round minutes of an hour', () => {
    const labels = axisLabels(buckets(new Date(2026, 10, 15, 16, 3), MINUTE, 60), 'min', 'local');
    expect([...labels.values()]).toEqual(['16:10', '16:20', '16:30', '16:40', '16:50', '17:00']);
  });
  it('labels days in UTC', () => {
    const labels = axisLabels(buckets(new Date('2026-11-01T00:00:00Z'), 24 * 60 * MINUTE, 3), 'day', 'local');
    expect([...labels.values()]).toEqual(['1 Nov', '2 Nov', '3 Nov']);
  });
  it('never needs more labels than fit', () => {
    const labels = axisLabels(buckets(new Date('2026-01-01T00:00:00Z'), 24 * 60 * MINUTE, 184), 'day', 'local');
    expect(labels.size).toBeLessThanOrEqual(8);
    expect(axisLabels([], 'day', 'local').size).toBe(0);
  });
});

describe('bucketLabel', () => {
  it('says from when to when', () => {
    expect(bucketLabel(new Date(2026, 10, 15, 16), 'hour', 'local')).toBe('2026-11-15 16:00 – 17:00');
    expect(bucketLabel(new Date('2026-11-15T00:00:00Z'), 'day', 'local')).toBe('2026-11-15 (UTC)');
  });
});
