/** Run times of a test as options for ECharts: single results, their mean, and the band of its deviation. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Look, Palette } from '../../charts/look';
import { type Item, secondsAxis, timeFrame } from '../../charts/options/frame';
import { band, gapLine, type Point, scatter } from '../../charts/options/series';
import { STATUS_WORDS } from '../../components/StatusWord';
import { FOLDED_WORDS, type Folded, foldOf } from '../../lib/folded';
import { formatSeconds } from '../../lib/format';
import { bucketLength } from '../../lib/period';
import type { Counts } from './days';
import type { TestRuns } from './queries';
import { rolling } from './rolling';

// Drawn in this order: failures stand before all others. app.css and test.css give the legend the same shapes.
const MARKS: readonly { fold: Folded; symbol: string; size: number }[] = [
  { fold: 'passed', symbol: 'circle', size: 5 },
  { fold: 'skipped', symbol: 'diamond', size: 8 },
  { fold: 'incomplete', symbol: 'rect', size: 7 },
  { fold: 'failed', symbol: 'triangle', size: 9 },
];

export interface MeanLine {
  name: string;
  mean: Point[];
  deviation: (number | null)[];
}

/** The mean over time: of the last twenty successes, or by bucket where not all results are there to be drawn. */
export function meanLine(runs: TestRuns, counts: Counts | undefined): MeanLine {
  if (runs.total > runs.run.length && counts) {
    const half = bucketLength(counts.resolution) / 2;
    return {
      name: `Mean per ${{ sec: 'second', min: 'minute', hour: 'hour', day: 'day' }[counts.resolution]}`,
      mean: counts.times.map((time, i): Point => [Date.parse(time) + half, counts.mean[i] ?? null]),
      deviation: counts.deviation,
    };
  }
  const timed = runs.started_at
    .map((time, i) => ({ at: Date.parse(time), seconds: runs.seconds[i] ?? null, status: runs.status[i] }))
    .filter(({ status, seconds }) => status === 'success' && seconds !== null)
    .sort((a, b) => a.at - b.at);
  const rolled = rolling(timed.map(({ seconds }) => seconds ?? 0));
  return {
    name: 'Mean of 20',
    mean: timed.map(({ at }, i): Point => [at, rolled[i]?.mean ?? null]),
    deviation: rolled.map(({ deviation }) => deviation),
  };
}

export function timesOption(runs: TestRuns, line: MeanLine, hidden: readonly Folded[], look: Look): EChartsCoreOption {
  const { palette } = look;
  const longest = Math.max(0, ...runs.seconds.map((seconds) => seconds ?? 0));
  const edges = line.mean.map(([at, mean], i) => {
    const deviation = line.deviation[i] ?? null;
    const isKnown = mean !== null && deviation !== null;
    return {
      low: [at, isKnown ? Math.max(0, mean - deviation) : null] as Point,
      high: [at, isKnown ? mean + deviation : null] as Point,
    };
  });
  const shown = MARKS.filter(({ fold }) => !hidden.includes(fold));
  return {
    ...timeFrame({ from: new Date(runs.since), until: new Date(runs.until) }, look, secondsAxis(longest), (item) =>
      linesOf(item, runs, line, palette),
    ),
    series: [
      ...band(
        'Deviation',
        edges.map(({ low }) => low),
        edges.map(({ high }) => high),
        palette.mean,
      ),
      ...shown.map(({ fold, symbol, size }) => ({
        ...scatter(FOLDED_WORDS[fold], pointsOf(runs, fold), palette[fold], symbol, size),
        z: fold === 'failed' || fold === 'incomplete' ? 4 : 2,
        ...(fold === 'passed' ? {} : { itemStyle: { opacity: 0.9 } }),
      })),
      { ...gapLine(line.name, line.mean, palette.mean), z: 3 },
    ],
  };
}

/** Results of which nobody knows how long they took stand on the axis. */
function pointsOf(runs: TestRuns, fold: Folded): Point[] {
  const points: Point[] = [];
  runs.status.forEach((status, i) => {
    if (foldOf(status) === fold) points.push([Date.parse(runs.started_at[i] ?? ''), runs.seconds[i] ?? 0, i]);
  });
  return points;
}

function linesOf(item: Item, runs: TestRuns, line: MeanLine, palette: Palette) {
  const [, mean, index] = item.value as Point;
  if (typeof index !== 'number') {
    const deviation = line.deviation[item.dataIndex] ?? null;
    return [
      { label: line.name, value: formatSeconds(mean), colour: palette.mean },
      { label: 'Deviation', value: deviation === null ? '–' : `± ${formatSeconds(deviation)}` },
    ];
  }
  const status = runs.status[index] ?? 'incomplete';
  const attempt = runs.attempt[index] ?? 0;
  const seconds = runs.seconds[index] ?? null;
  return [
    {
      label: STATUS_WORDS[status].word,
      value: seconds === null ? 'duration not known' : formatSeconds(seconds),
      colour: palette[foldOf(status)],
    },
    { label: 'Job', value: runs.jobs[runs.job[index] ?? 0] ?? '' },
    { label: 'Pipeline', value: runs.pipelines[runs.pipeline[index] ?? 0] ?? '' },
    ...(attempt > 0 ? [{ label: 'Attempt', value: String(attempt + 1) }] : []),
  ];
}
