import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Groups } from '../../api/types';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import { FEW, OUTCOME_WORDS, rateOption, runsOption } from '../../charts/options/outcomes';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { formatRate, plural } from '../../lib/format';
import { RESOLUTIONS } from '../../lib/period';
import { OUTCOME_SERIES, type OutcomeSeriesName, ratesOf, totalsOf } from '../../lib/series';
import { seriesQuery } from './queries';
import type { GroupView } from './useGroup';

/** The group's runs by outcome, and their failure rate, over the period. */
export function GroupCharts(view: GroupView) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(seriesQuery(view));
  const hiddenWords = own.hide.join();
  const buildRuns = useCallback(
    (look: Look) => runsOption(data as Groups, hiddenWords.split(',') as OutcomeSeriesName[], look),
    [data, hiddenWords],
  );
  const buildRate = useCallback((look: Look) => rateOption(data as Groups, look), [data]);
  const rates = useMemo(() => (data ? ratesOf(data.totals) : []), [data]);
  if (error) {
    return (
      <Panel title="Runs over time">
        <ErrorState what="The runs over time" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  const zoom = (from: Date, to: Date) => update({ from, to, period: undefined, end: undefined, resolution: undefined });
  const per = RESOLUTIONS.find(({ code }) => code === data?.resolution)?.label.toLowerCase() ?? 'bucket';
  const totals = data && totalsOf(data.totals);
  const time = { name: 'time', values: data?.times ?? [], isTime: true };
  const countsOf = (names: readonly OutcomeSeriesName[]) =>
    names.map((name) => ({ name, values: data?.totals[name] ?? [] }));
  return (
    <div className={`gh-charts ${isPlaceholderData ? 'gh-stale' : ''}`}>
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
        columns={[time, ...countsOf(OUTCOME_SERIES)]}
        label="Runs by outcome over time"
        summary={totals ? `${plural(totals.runs, 'run')}, ${totals.failed} of them failed.` : ''}
        build={data && buildRuns}
        buckets={data}
        onZoom={zoom}
      />
      <ChartPanel
        title="Failure rate"
        note={`failed of passed and failed, per ${per}; faint: of fewer than ${FEW} runs; a gap: of none`}
        testId="chart-rate"
        columns={[
          time,
          { name: 'failure_rate', values: rates, show: (value) => formatRate(value as number | null) },
          ...countsOf(['passed', 'failed']),
        ]}
        label="Failure rate over time"
        summary={totals ? `${formatRate(totals.rate)} over all.` : ''}
        build={data && buildRate}
        buckets={data}
        onZoom={zoom}
      />
    </div>
  );
}
