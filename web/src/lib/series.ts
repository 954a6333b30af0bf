/** Arithmetic over series of runs. */

export const OUTCOME_SERIES = ['passed', 'failed', 'infra', 'ignored'] as const;
export type OutcomeSeriesName = (typeof OUTCOME_SERIES)[number];

export interface OutcomeSeries {
  passed: number[];
  failed: number[];
  infra: number[];
  ignored: number[];
}

export interface OutcomeTotals {
  passed: number;
  failed: number;
  infra: number;
  ignored: number;
  runs: number;
  n: number; // passed + failed: what the rate is of
  rate: number | null;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** failed / (passed + failed); null when there is nothing to divide by. */
export function failureRate(passed: number, failed: number): number | null {
  return passed + failed === 0 ? null : failed / (passed + failed);
}

export function totalsOf(series: OutcomeSeries): OutcomeTotals {
  const [passed, failed, infra, ignored] = [series.passed, series.failed, series.infra, series.ignored].map(sum) as [
    number,
    number,
    number,
    number,
  ];
  return {
    passed,
    failed,
    infra,
    ignored,
    runs: passed + failed + infra + ignored,
    n: passed + failed,
    rate: failureRate(passed, failed),
  };
}

/** The failure rate of each bucket: null, a gap in the line, where no run passed or failed. */
export function ratesOf(series: OutcomeSeries): (number | null)[] {
  return series.passed.map((passed, i) => failureRate(passed, series.failed[i] ?? 0));
}

/** At most `count` sums of neighbouring values, for drawings that are narrower than the series is long. */
export function condense(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  const sums = new Array<number>(count).fill(0);
  values.forEach((value, i) => {
    const slot = Math.floor((i * count) / values.length);
    sums[slot] = (sums[slot] ?? 0) + value;
  });
  return sums;
}
