import { useCallback, useMemo } from 'react';
import type { Groups } from '../api/types';
import type { DataColumn } from '../lib/dataFile';
import { formatRate, plural } from '../lib/format';
import { bucketWord } from '../lib/period';
import { OUTCOME_SERIES, type OutcomeSeriesName, ratesOf, totalsOf } from '../lib/series';
import { ChartPanel } from './ChartPanel';
import { Legend } from './Legend';
import type { Look } from './look';
import { FEW, OUTCOME_WORDS, rateOption, runsOption } from './options/outcomes';

interface Props {
  data: Groups | undefined;
  onZoom: (from: Date, to: Date) => void;
}

interface RunsProps extends Props {
  hidden: readonly OutcomeSeriesName[];
  onHide: (hidden: OutcomeSeriesName[]) => void;
}

/** Runs by outcome over the period. */
export function RunsChart({ data, hidden, onHide, onZoom }: RunsProps) {
  const hiddenWords = hidden.join();
  const build = useCallback(
    (look: Look) => runsOption(data as Groups, hiddenWords.split(',') as OutcomeSeriesName[], look),
    [data, hiddenWords],
  );
  const columns = useMemo(() => (data ? [timesOf(data), ...countsOf(data, OUTCOME_SERIES)] : []), [data]);
  return (
    <ChartPanel
      title="Runs"
      note={`by outcome, per ${bucketWord(data?.resolution)}; drag to zoom in`}
      testId="chart-runs"
      legend={
        <Legend label="Outcomes" names={OUTCOME_SERIES} words={OUTCOME_WORDS} hidden={hidden} onChange={onHide} />
      }
      columns={columns}
      label="Runs by outcome over time"
      summary={runsSummary(data)}
      build={data && build}
      buckets={data}
      onZoom={onZoom}
    />
  );
}

/** The failure rate of runs over the period. */
export function FailureRateChart({ data, onZoom }: Props) {
  const build = useCallback((look: Look) => rateOption(data as Groups, look), [data]);
  const columns = useMemo(() => (data ? rateColumns(data) : []), [data]);
  return (
    <ChartPanel
      title="Failure rate"
      note={`failed of passed and failed, per ${bucketWord(data?.resolution)}; faint: of fewer than ${FEW} runs; a gap: of none`}
      testId="chart-rate"
      columns={columns}
      label="Failure rate over time"
      summary={rateSummary(data)}
      build={data && build}
      buckets={data}
      onZoom={onZoom}
    />
  );
}

function timesOf(data: Groups): DataColumn {
  return { name: 'time', values: data.times, isTime: true };
}

function countsOf(data: Groups, names: readonly OutcomeSeriesName[]): DataColumn[] {
  return names.map((name) => ({ name, values: data.totals[name] }));
}

function rateColumns(data: Groups): DataColumn[] {
  const show = (value: unknown) => formatRate(value as number | null);
  const rate = { name: 'failure_rate', values: ratesOf(data.totals), show };
  return [timesOf(data), rate, ...countsOf(data, ['passed', 'failed'])];
}

function runsSummary(data: Groups | undefined): string {
  if (!data) return '';
  const totals = totalsOf(data.totals);
  const parts = OUTCOME_SERIES.map((name) => `${totals[name]} ${OUTCOME_WORDS[name].toLowerCase()}`);
  return `${plural(totals.runs, 'run')}: ${parts.join(', ')}.`;
}

function rateSummary(data: Groups | undefined): string {
  if (!data) return '';
  const rates = ratesOf(data.totals);
  const known = rates.filter((rate) => rate !== null);
  if (known.length === 0) return 'No run passed or failed.';
  const highest = Math.max(...known);
  const when = data.times[rates.indexOf(highest)] ?? '';
  return `${formatRate(totalsOf(data.totals).rate)} over all, at most ${formatRate(highest)} at ${when}.`;
}
