/** The parts that charts share: axes of time, an axis of values, the tooltip. No code of ECharts is loaded from here. */
import type { EChartsCoreOption } from 'echarts/core';
import { axisLabels, bucketLabel, momentLabel } from '../../lib/axis';
import { formatCount, formatMoment } from '../../lib/format';
import { secondsSteps, shortSeconds } from '../../lib/secondsAxis';
import type { Buckets } from '../Chart';
import type { Look } from '../look';
import { type TooltipLine, tooltipElement } from '../tooltip';

/** Axes of values: whole numbers, and shares from 0 to 100 %. */
export const COUNTS = { minInterval: 1, format: formatCount };
export const SHARES = { min: 0, max: 1, interval: 0.25, format: (fraction: number) => `${fraction * 100} %` };

/** An axis of durations up to `longest` seconds, with steps that are round on a clock. */
export function secondsAxis(longest: number): ValueAxis {
  return { min: 0, ...secondsSteps(longest), format: shortSeconds };
}

export interface ValueAxis {
  min?: number;
  max?: number;
  interval?: number;
  minInterval?: number;
  format: (value: number) => string;
}

/** A chart over buckets of time, one value a bucket in each series; the tooltip is of a bucket. */
export function bucketFrame(
  { times: texts, resolution }: Buckets,
  { palette, zone }: Look,
  axis: ValueAxis,
  linesOf: (bucket: number) => TooltipLine[],
  titleOf?: (bucket: number) => string, // of the tooltip, where the buckets are not the API's own
): EChartsCoreOption {
  const times = texts.map((time) => new Date(time));
  const labels = axisLabels(times, resolution, zone);
  return {
    ...common({ palette, zone }, axis),
    tooltip: {
      ...tooltip({ palette, zone }),
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: palette.text } },
      formatter: (points: { dataIndex: number }[]) => {
        const bucket = points[0]?.dataIndex ?? 0;
        const start = times[bucket];
        if (!start) return '';
        return tooltipElement(titleOf?.(bucket) ?? bucketLabel(start, resolution, zone), linesOf(bucket));
      },
    },
    xAxis: {
      type: 'category',
      data: texts,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: true, interval: (i: number) => labels.has(i), lineStyle: { color: palette.line } },
      axisLabel: {
        color: palette.text,
        interval: (i: number) => labels.has(i),
        formatter: (_time: string, i: number) => labels.get(i) ?? '',
        hideOverlap: true,
      },
    },
  };
}

/** A drawn item, as ECharts hands it to the tooltip. */
export interface Item {
  seriesName: string;
  dataIndex: number;
  value: unknown;
}

/** A chart over moments: data are [milliseconds, value, ...]; the tooltip is of the item that is pointed at. */
export function timeFrame(
  { from, until }: { from: Date; until: Date },
  look: Look,
  axis: ValueAxis,
  linesOf: (item: Item) => TooltipLine[],
): EChartsCoreOption {
  const { palette, zone } = look;
  return {
    ...common(look, axis),
    useUTC: zone === 'utc',
    tooltip: {
      ...tooltip(look),
      trigger: 'item',
      formatter: (item: Item) => {
        const [at] = Array.isArray(item.value) ? item.value : [];
        return typeof at === 'number' ? tooltipElement(formatMoment(new Date(at), zone, true), linesOf(item)) : '';
      },
    },
    xAxis: {
      type: 'time',
      min: from.getTime(),
      max: until.getTime(),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
      axisLabel: { color: palette.text, hideOverlap: true, formatter: (at: number) => momentLabel(at, zone) },
    },
  };
}

function common({ palette }: Look, { format, ...axis }: ValueAxis): EChartsCoreOption {
  return {
    animation: false,
    grid: { left: 4, right: 12, top: 12, bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    textStyle: { fontFamily: palette.font },
    yAxis: {
      type: 'value',
      splitLine: { lineStyle: { color: palette.line } },
      ...axis,
      axisLabel: { color: palette.text, formatter: format },
    },
  };
}

function tooltip({ palette }: Look): object {
  return {
    // The tooltip is an element of the page, not of the canvas: it can use the page's own colours.
    backgroundColor: 'var(--pf-t--global--background--color--floating--default)',
    borderColor: 'var(--pf-t--global--border--color--default)',
    textStyle: { color: 'var(--pf-t--global--text--color--regular)', fontFamily: palette.font, fontSize: 12 },
    confine: true,
    transitionDuration: 0,
  };
}
