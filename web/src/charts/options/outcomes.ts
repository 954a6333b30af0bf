/** Runs by outcome and their failure rate over time, as options for ECharts. */
import type { EChartsCoreOption } from 'echarts/core';
import { formatCount, formatRate } from '../../lib/format';
import { type OutcomeSeries, type OutcomeSeriesName, ratesOf, sum } from '../../lib/series';
import type { Buckets } from '../Chart';
import type { Look } from '../look';
import { bucketFrame, COUNTS, SHARES } from './frame';
import { gapLine, stackedBars } from './series';

export const FEW = 5; // runs: a rate of fewer is drawn faint
export const OUTCOME_WORDS: Record<OutcomeSeriesName, string> = {
  passed: 'Passed',
  failed: 'Failed',
  infra: 'Infra failure',
  ignored: 'Ignored',
};
// From the bottom up: failures stand on the axis, where their heights can be compared.
const STACK: readonly OutcomeSeriesName[] = ['failed', 'infra', 'passed', 'ignored'];

export interface OutcomesOverTime extends Buckets {
  totals: OutcomeSeries;
}

/** Runs by outcome over time, stacked. */
export function runsOption(
  data: OutcomesOverTime,
  hidden: readonly OutcomeSeriesName[],
  look: Look,
): EChartsCoreOption {
  const shown = STACK.filter((name) => !hidden.includes(name));
  return {
    ...bucketFrame(data, look, COUNTS, (i) => [
      ...[...shown].reverse().map((name) => ({
        label: OUTCOME_WORDS[name],
        value: formatCount(data.totals[name][i] ?? 0),
        colour: look.palette[name],
      })),
      { label: 'Together', value: formatCount(sum(shown.map((name) => data.totals[name][i] ?? 0))) },
    ]),
    series: stackedBars(
      shown.map((name) => ({ name: OUTCOME_WORDS[name], values: data.totals[name], colour: look.palette[name] })),
    ),
  };
}

/**
 * failed / (passed + failed) over time, with gaps where nothing passed or failed. Rates of few runs are noise, 100 % of
 * one run most of all: they are drawn faint, beneath those that say something.
 */
export function rateOption(data: OutcomesOverTime, look: Look): EChartsCoreOption {
  const rates = ratesOf(data.totals);
  const runs = data.totals.passed.map((passed, i) => passed + (data.totals.failed[i] ?? 0));
  const firm = rates.map((rate, i) => ((runs[i] ?? 0) < FEW ? null : rate));
  const colour = look.palette.failed;
  return {
    ...bucketFrame(data, look, SHARES, (i) => [
      { label: 'Failure rate', value: formatRate(rates[i] ?? null), colour },
      { label: 'Failed', value: formatCount(data.totals.failed[i] ?? 0) },
      { label: (runs[i] ?? 0) < FEW ? 'of n (too few to tell)' : 'of n', value: formatCount(runs[i] ?? 0) },
    ]),
    series: [
      gapLine('Failure rate', rates, colour, { isFaint: true }),
      gapLine('Failure rate', firm, colour, { isFilled: true }),
    ],
  };
}
