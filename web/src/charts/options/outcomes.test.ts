import { describe, expect, it } from 'vitest';
import type { Groups } from '../../api/types';
import type { Look } from '../look';
import { rateOption, runsOption } from './outcomes';

const colours = { passed: 'p', failed: 'f', skipped: 's', infra: 'i', ignored: 'g', incomplete: 'c' };
const palette = { ...colours, accent: 'a', mean: 'm', text: 't', line: 'l', background: 'b', font: 'x' };
const look: Look = { palette, zone: 'utc' };
const data: Groups = {
  key: 'project',
  since: '2026-03-24T00:00:00Z',
  until: '2026-03-24T03:00:00Z',
  resolution: 'hour',
  times: ['2026-03-24T00:00:00Z', '2026-03-24T01:00:00Z', '2026-03-24T02:00:00Z'],
  totals: { passed: [3, 0, 1], failed: [1, 0, 1], infra: [0, 2, 0], ignored: [0, 0, 1] },
  groups: [],
  groups_total: 0,
};
const namesOf = (option: object) => (option as { series: { name: string }[] }).series.map(({ name }) => name);

describe('the chart of runs', () => {
  it('stacks failures on the axis', () => {
    expect(namesOf(runsOption(data, [], look))).toEqual(['Failed', 'Infra failure', 'Passed', 'Ignored']);
  });
  it('leaves out what is hidden', () => {
    expect(namesOf(runsOption(data, ['passed', 'ignored'], look))).toEqual(['Failed', 'Infra failure']);
  });
});

describe('the chart of the failure rate', () => {
  type Line = { data: (number | null)[]; symbolSize: (value: unknown, point: { dataIndex: number }) => number };
  it('has a gap where no run passed or failed, and shows lone points', () => {
    const [faint] = rateOption(data, look).series as [Line];
    expect(faint.data).toEqual([0.25, null, 0.5]);
    expect(faint.symbolSize(0.25, { dataIndex: 0 })).toBeGreaterThan(0);
  });
  it('draws in full only what enough runs say', () => {
    const totals = { ...data.totals, passed: [3, 0, 9], failed: [1, 0, 1] };
    const [, full] = rateOption({ ...data, totals }, look).series as [Line, Line];
    expect(full.data).toEqual([null, null, 0.1]);
  });
});
