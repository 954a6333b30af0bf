import { useCallback, useMemo } from 'react';
import type { Groups } from '../../api/types';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import { FEW, OUTCOME_WORDS, rateOption, runsOption } from '../../charts/options/outcomes';
import type { DataColumn } from '../../lib/dataFile';
import { formatRate, plural } from '../../lib/format';
import { RESOLUTIONS } from '../../lib/period';
import { OUTCOME_SERIES, type OutcomeSeriesName, ratesOf, totalsOf } from '../../lib/series';
import type { Overview } from './useOverview';

interface Props extends Overview {
  data: Groups | undefined;
}

/** Runs by outcome, and the failure rate, over the period. */
export function Charts({ own, update, data }: Props) {
  const hiddenWords = own.hide.join();
  const buildRuns = useCallback(
    (look: Look) => runsOption(data as Groups, hiddenWords.split(',') as OutcomeSeriesName[], look),
    [data, hiddenWords],
  );
  const buildRate = useCallback((look: Look) => rateOption(data as Groups, look), [data]);
  const zoom = (from: Date, to: Date) => update({ from, to, period: undefined, end: undefined, resolution: undefined });
  const per = RESOLUTIONS.find(({ code }) => code === data?.resolution)?.label.toLowerCase() ?? 'bucket';
  const columns = useMemo(() => columnsOf(data), [data]);
  return (
    <div className="gh-charts">
      <ChartPanel
        title="Runs"
        note={`by outcome, per ${per}; drag to zoom in`}
        testId="chart-runs"
        legend={
          <Legend
            label="Outcomes"
            names={OUTCOME_SERIES}
            words={OUTCOME_WORDS}
            hidden={own.hide}
            onChange={(hide) => update({ hide })}
          />
        }
        columns={columns.runs}
        label="Runs by outcome over time"
        summary={runsSummary(data)}
        build={data && buildRuns}
        buckets={data}
        onZoom={zoom}
      />
      <ChartPanel
        title="Failure rate"
        note={`failed of passed and failed, per ${per}; faint: of fewer than ${FEW} runs; a gap: of none`}
        testId="chart-rate"
        columns={columns.rate}
        label="Failure rate over time"
        summary={rateSummary(data)}
        build={data && buildRate}
        buckets={data}
        onZoom={zoom}
      />
    </div>
  );
}

function columnsOf(data: Groups | undefined): { runs: DataColumn[]; rate: DataColumn[] } {
  if (!data) return { runs: [], rate: [] };
  const time = { name: 'time', values: data.times, isTime: true };
  const rate = {
    name: 'failure_rate',
    values: ratesOf(data.totals),
    show: (value: unknown) => formatRate(value as number | null),
  };
  return {
    runs: [time, ...OUTCOME_SERIES.map((name) => ({ name, values: data.totals[name] }))],
    rate: [time, rate, ...(['passed', 'failed'] as const).map((name) => ({ name, values: data.totals[name] }))],
  };
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
