/** Which test ran when on which worker, as options for ECharts. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Look } from '../../charts/look';
import { type Item, timeFrame } from '../../charts/options/frame';
import { tooltipElement } from '../../charts/tooltip';
import { STATUS_WORDS } from '../../components/StatusWord';
import { FOLDED, FOLDED_WORDS, type Folded } from '../../lib/folded';
import { formatSeconds } from '../../lib/format';
import { type Lanes, LEAST, type Span } from '../../lib/lanes';
import { secondsSteps, shortSeconds } from '../../lib/secondsAxis';

const LEAST_WIDTH = 1; // pixels: a test of a millisecond is still seen
const LEAST_MARKED = 4; // of one that failed or never ended
const MARK = 5; // half a mark's width
const GAP_FROM = 4; // pixels: bars as wide as this are kept apart by a line

// ECharts hands these to a custom series; its own types are not in the first bundle's reach.
interface Api {
  value: (dimension: number) => number;
  coord: (point: [number, number]) => [number, number];
  size: (size: [number, number]) => [number, number];
}

/** The whole run; of it, `span` is shown. Failures and tests that never ended are drawn last, over all their neighbours. */
export function timelineOption({ workers, bars }: Lanes, whole: Span, span: Span, look: Look): EChartsCoreOption {
  const { palette } = look;
  const frame = timeFrame({ from: new Date(0), until: new Date(1) }, look, { format: String }, () => []);
  const { interval } = secondsSteps(span.to - span.from);
  const isClose = interval < 1; // minutes and whole seconds would read the same at each tick
  return {
    ...frame,
    tooltip: {
      ...(frame.tooltip as object),
      formatter: ({ value }: Item) => {
        const bar = bars[(value as number[])[3] ?? -1];
        if (!bar) return '';
        const { row, fold } = bar;
        const status = STATUS_WORDS[row.status].word;
        return tooltipElement(row.test, [
          { label: status, value: formatSeconds(row.seconds), colour: palette[fold] },
          { label: 'Started after', value: formatSeconds(row.offset) },
          { label: 'Worker', value: row.worker || '–' },
          ...(row.attempt > 0 ? [{ label: 'Attempt', value: String(row.attempt + 1) }] : []),
        ]);
      },
    },
    xAxis: {
      type: 'value',
      min: whole.from,
      max: whole.to,
      interval,
      axisLine: { show: true, lineStyle: { color: palette.line } },
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: {
        color: palette.text,
        hideOverlap: true,
        // The edges of what is shown get ticks too, which are not round.
        showMinLabel: span.from === 0,
        showMaxLabel: false,
        formatter: (seconds: number) => (isClose ? `${Number(seconds.toFixed(3))} s` : shortSeconds(seconds)),
      },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: workers.map((worker) => worker || 'no worker'),
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.text, interval: 0 },
      splitLine: { show: false },
    },
    dataZoom: [
      {
        type: 'inside',
        startValue: span.from,
        endValue: span.to,
        filterMode: 'none', // a bar that begins before what is shown still reaches into it
        // The wheel scrolls the page, and a drag selects.
        zoomOnMouseWheel: 'ctrl',
        moveOnMouseWheel: 'shift',
        moveOnMouseMove: false,
        minValueSpan: LEAST,
      },
    ],
    series: DRAWN.map((fold, z) => ({
      name: FOLDED_WORDS[fold],
      type: 'custom',
      clip: true,
      z: z + 2,
      animation: false,
      color: palette[fold],
      dimensions: ['lane', 'start', 'end', 'bar'],
      encode: { x: [1, 2], y: 0 },
      data: bars.flatMap((bar, i) => (bar.fold === fold ? [[bar.lane, bar.start, bar.end, i]] : [])),
      renderItem: (_params: unknown, api: Api) => drawn(api, fold, palette[fold], palette.background),
    })),
  };
}

// Failures last.
const DRAWN: readonly Folded[] = [...FOLDED.filter((fold) => !isMarked(fold)), 'incomplete', 'failed'];

function isMarked(fold: Folded): boolean {
  return fold === 'failed' || fold === 'incomplete';
}

function drawn(api: Api, fold: Folded, colour: string, background: string): object {
  const [lane, start, end] = [api.value(0), api.value(1), api.value(2)];
  const [left, middle] = api.coord([start, lane]);
  const [right] = api.coord([end, lane]);
  const height = Math.min(24, api.size([0, 1])[1] * 0.7);
  const width = Math.max(right - left, isMarked(fold) ? LEAST_MARKED : LEAST_WIDTH);
  const bar = {
    type: 'rect',
    shape: { x: left, y: middle - height / 2, width, height },
    style: { fill: colour, ...(width >= GAP_FROM ? { stroke: background, lineWidth: 1 } : {}) },
  };
  if (!isMarked(fold)) return bar;
  const [x, y] = [left + width / 2, middle - height / 2];
  const points = [
    [x - MARK, y - MARK],
    [x + MARK, y - MARK],
    [x, y + MARK],
  ];
  const mark = { type: 'polygon', shape: { points }, style: { fill: colour, stroke: background, lineWidth: 1 } };
  return { type: 'group', children: [bar, mark] };
}
