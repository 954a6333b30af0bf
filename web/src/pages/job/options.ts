/** The job's charts as options for ECharts. */
import type { EChartsCoreOption } from 'echarts/core';
import type { components } from '../../api/schema';
import type { Look } from '../../charts/look';
import { bucketFrame, COUNTS, type Item, secondsAxis, timeFrame } from '../../charts/options/frame';
import { OUTCOME_WORDS } from '../../charts/options/outcomes';
import { gapLine, type Point, scatter, stackedBars } from '../../charts/options/series';
import { formatCount, formatRate, formatSeconds } from '../../lib/format';
import { outcomeWords } from '../../lib/resultWords';
import { failureRate, type OutcomeSeriesName, sum } from '../../lib/series';
import { RESULT_SERIES, type ResultSeriesName } from './useJob';

type RunTimes = components['schemas']['RunTimes'];
type ResultSeries = components['schemas']['ResultSeries'];

// What did not pass is drawn last, over the others.
const DRAWN: readonly { outcome: RunTimes['runs']['outcome'][number]; name: OutcomeSeriesName; symbol: string }[] = [
  { outcome: 'pass', name: 'passed', symbol: 'circle' },
  { outcome: 'ignored', name: 'ignored', symbol: 'diamond' },
  { outcome: 'infra', name: 'infra', symbol: 'rect' },
  { outcome: 'fail', name: 'failed', symbol: 'triangle' },
];
const MEAN = 'Mean of passed';

/** How long each run took, by outcome, and the mean of the passing ones. A point's fourth value is its run's uuid, its fifth the CI system's word. */
export function timesOption(
  data: RunTimes,
  period: { from: Date; until: Date },
  hidden: readonly OutcomeSeriesName[],
  look: Look,
): EChartsCoreOption {
  const { palette } = look;
  const { runs, passing } = data;
  const mean = meanPoints(data);
  const frame = timeFrame(period, look, secondsAxis(Math.max(0, ...runs.seconds)), ({ seriesName, value }: Item) => {
    const [, seconds, , , result] = value as Point;
    const drawn = DRAWN.find(({ name }) => OUTCOME_WORDS[name] === seriesName);
    const label = drawn ? outcomeWords(drawn.outcome, String(result ?? '')) : seriesName;
    return [{ label, value: formatSeconds(seconds), colour: drawn ? palette[drawn.name] : palette.mean }];
  });
  const shown = DRAWN.filter(({ name }) => !hidden.includes(name));
  return {
    ...frame,
    series: [
      ...shown.map(({ outcome, name, symbol }) =>
        scatter(OUTCOME_WORDS[name], pointsOf(runs, outcome), palette[name], symbol, name === 'passed' ? 6 : 8),
      ),
      ...(hidden.includes('passed') || passing.n.length === 0
        ? []
        : // Joined across buckets in which nothing passed: the eye follows the trend, the table has the numbers.
          [{ ...gapLine(MEAN, mean, palette.mean), connectNulls: true, symbolSize: mean.length === 1 ? 6 : 0 }]),
    ],
  };
}

function pointsOf(runs: RunTimes['runs'], outcome: string): Point[] {
  return runs.started_at.flatMap((at, i): Point[] =>
    runs.outcome[i] === outcome
      ? [[Date.parse(at), runs.seconds[i] ?? null, outcome, runs.uuid[i], runs.result[i]]]
      : [],
  );
}

/** Each bucket's mean in its middle; buckets without one are left out. */
function meanPoints({ times, passing, since, until }: RunTimes): Point[] {
  return times.flatMap((at, i): Point[] => {
    const mean = passing.mean[i] ?? null;
    const start = Math.max(Date.parse(at), Date.parse(since));
    const end = Date.parse(times[i + 1] ?? until);
    return mean === null ? [] : [[(start + end) / 2, mean]];
  });
}

export const RESULT_WORDS: Record<ResultSeriesName, string> = {
  passed: 'Passed',
  failed: 'Failed',
  skipped: 'Skipped',
  incomplete: 'Incomplete',
};
const STACK: readonly ResultSeriesName[] = ['failed', 'incomplete', 'passed', 'skipped'];

/** Results by status over time, stacked. */
export function resultsOption(data: ResultSeries, hidden: readonly ResultSeriesName[], look: Look): EChartsCoreOption {
  const shown = STACK.filter((name) => !hidden.includes(name));
  return {
    ...bucketFrame(data, look, COUNTS, (i) => [
      ...[...shown].reverse().map((name) => ({
        label: RESULT_WORDS[name],
        value: formatCount(data.series[name][i] ?? 0),
        colour: look.palette[name],
      })),
      { label: 'In runs', value: formatCount(data.series.runs[i] ?? 0) },
    ]),
    series: stackedBars(
      shown.map((name) => ({ name: RESULT_WORDS[name], values: data.series[name], colour: look.palette[name] })),
    ),
  };
}

/** failed / (passed + failed) of results; null where there are neither. */
export function resultRates({ series }: ResultSeries): (number | null)[] {
  return series.passed.map((passed, i) => failureRate(passed, series.failed[i] ?? 0));
}

/** The failure rate of tests over time. It is small as a rule, so its axis ends where the highest does. */
export function testRateOption(data: ResultSeries, look: Look): EChartsCoreOption {
  const rates = resultRates(data);
  const axis = { min: 0, format: (rate: number) => `${Number((rate * 100).toPrecision(3))} %` };
  return {
    ...bucketFrame(data, look, rates.some((rate) => rate) ? axis : { ...axis, max: 0.01 }, (i) => [
      { label: 'Failure rate', value: formatRate(rates[i] ?? null), colour: look.palette.failed },
      { label: 'Failed', value: formatCount(data.series.failed[i] ?? 0) },
      { label: 'of n', value: formatCount((data.series.passed[i] ?? 0) + (data.series.failed[i] ?? 0)) },
    ]),
    series: [gapLine('Failure rate', rates, look.palette.failed)],
  };
}

/** What the chart of results says, for those who cannot see it. */
export function resultsSummary(data: ResultSeries | undefined): string {
  if (!data) return '';
  return `${RESULT_SERIES.map((name) => `${formatCount(sum(data.series[name]))} ${RESULT_WORDS[name].toLowerCase()}`).join(', ')}.`;
}
