/** What the overview's two charts look like, as options for ECharts. No code of ECharts is loaded from here. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Groups } from '../api/types';
import { axisLabels, bucketLabel } from '../lib/axis';
import { formatCount, formatRate } from '../lib/format';
import type { OutcomeSeriesName } from '../lib/overviewState';
import { ratesOf, sum } from '../lib/series';
import type { Palette } from './palette';
import { type TooltipLine, tooltipElement } from './tooltip';

const MANY = 240; // bars: beyond, gaps between them would take the colour out of the chart
export const FEW = 5; // runs: a rate of fewer is drawn faint
const FAINT = 0.3;
export const SERIES_WORDS: Record<OutcomeSeriesName, string> = {
  passed: 'Passed',
  failed: 'Failed',
  infra: 'Infra failure',
  ignored: 'Ignored',
};
// From the bottom up: failures stand on the axis, where their heights can be compared.
const STACK: readonly OutcomeSeriesName[] = ['failed', 'infra', 'passed', 'ignored'];

/** Runs by outcome over time, stacked. */
export function runsOption(data: Groups, hidden: readonly OutcomeSeriesName[], palette: Palette): EChartsCoreOption {
  const shown = STACK.filter((name) => !hidden.includes(name));
  return {
    ...frame(data, palette, { minInterval: 1, axisLabel: { color: palette.text, formatter: formatCount } }, (i) => [
      ...[...shown].reverse().map((name) => ({
        label: SERIES_WORDS[name],
        value: formatCount(data.totals[name][i] ?? 0),
        colour: palette[name],
      })),
      { label: 'Together', value: formatCount(sum(shown.map((name) => data.totals[name][i] ?? 0))) },
    ]),
    series: shown.map((name) => ({
      name: SERIES_WORDS[name],
      stack: 'runs',
      data: data.totals[name],
      color: palette[name],
      animation: false,
      type: 'bar',
      barCategoryGap: data.times.length > MANY ? 0 : '12%',
      barMinWidth: 1,
    })),
  };
}

/**
 * failed / (passed + failed) over time, with gaps where nothing passed or failed. Rates of few runs are noise, 100 % of
 * one run most of all: they are drawn faint, beneath those that say something.
 */
export function rateOption(data: Groups, palette: Palette): EChartsCoreOption {
  const rates = ratesOf(data.totals);
  const runs = data.totals.passed.map((passed, i) => passed + (data.totals.failed[i] ?? 0));
  const firm = rates.map((rate, i) => ((runs[i] ?? 0) < FEW ? null : rate));
  const axis = { min: 0, max: 1, interval: 0.25, axisLabel: { color: palette.text, formatter: percent } };
  return {
    ...frame(data, palette, axis, (i) => [
      { label: 'Failure rate', value: formatRate(rates[i] ?? null), colour: palette.failed },
      { label: 'Failed', value: formatCount(data.totals.failed[i] ?? 0) },
      { label: (runs[i] ?? 0) < FEW ? 'of n (too few to tell)' : 'of n', value: formatCount(runs[i] ?? 0) },
    ]),
    series: [
      { ...rateLine(rates, palette), itemStyle: { opacity: FAINT }, lineStyle: { width: 1, opacity: FAINT } },
      { ...rateLine(firm, palette), lineStyle: { width: 1.5 }, areaStyle: { opacity: 0.15 } },
    ],
  };
}

function rateLine(rates: readonly (number | null)[], palette: Palette) {
  const isAlone = (i: number) => (rates[i - 1] ?? null) === null && (rates[i + 1] ?? null) === null;
  return {
    name: 'Failure rate',
    type: 'line',
    data: rates,
    color: palette.failed,
    animation: false,
    connectNulls: false,
    showAllSymbol: true,
    // A point between two gaps has no line to be seen by.
    symbol: 'circle',
    symbolSize: (_value: unknown, point: { dataIndex: number }) => (isAlone(point.dataIndex) ? 4 : 0),
  };
}

function percent(fraction: number): string {
  return `${fraction * 100} %`;
}

/** The parts that the charts share: a time axis of buckets, a value axis, a tooltip by bucket. */
function frame(
  data: Groups,
  palette: Palette,
  valueAxis: object,
  linesOf: (bucket: number) => TooltipLine[],
): EChartsCoreOption {
  const times = data.times.map((time) => new Date(time));
  const labels = axisLabels(times, data.resolution);
  return {
    grid: { left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    textStyle: { fontFamily: palette.font },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: palette.text } },
      // The tooltip is an element of the page, not of the canvas: it can use the page's own colours.
      backgroundColor: 'var(--pf-t--global--background--color--floating--default)',
      borderColor: 'var(--pf-t--global--border--color--default)',
      textStyle: { color: 'var(--pf-t--global--text--color--regular)', fontSize: 12 },
      confine: true,
      transitionDuration: 0,
      formatter: (points: { dataIndex: number }[]) => {
        const bucket = points[0]?.dataIndex ?? 0;
        const start = times[bucket];
        return start ? tooltipElement(bucketLabel(start, data.resolution), linesOf(bucket)) : '';
      },
    },
    xAxis: {
      type: 'category',
      data: data.times,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: true, interval: (i: number) => labels.has(i), lineStyle: { color: palette.line } },
      axisLabel: {
        color: palette.text,
        interval: (i: number) => labels.has(i),
        formatter: (_time: string, i: number) => labels.get(i) ?? '',
        hideOverlap: true,
      },
    },
    yAxis: { type: 'value', splitLine: { lineStyle: { color: palette.line } }, ...valueAxis },
  };
}
