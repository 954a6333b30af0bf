import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { components } from '../../api/schema';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import type { DataColumn } from '../../lib/dataFile';
import { formatRate } from '../../lib/format';
import { bucketWord } from '../../lib/period';
import { failureRate, sum } from '../../lib/series';
import { zoomOf } from '../../lib/useView';
import { RESULT_WORDS, resultRates, resultsOption, resultsSummary, testRateOption } from './options';
import { resultSeriesQuery } from './queries';
import { type JobView, RESULT_SERIES, type ResultSeriesName } from './useJob';

type ResultSeries = components['schemas']['ResultSeries'];

/** What the results of the job's tests came to over the period. */
export function ResultCharts({ view }: { view: JobView }) {
  const { own, update } = view;
  const { data, error, isPlaceholderData, refetch } = useQuery(resultSeriesQuery(view));
  const hiddenWords = own.statuses.join();
  const buildResults = useCallback(
    (look: Look) => resultsOption(data as ResultSeries, hiddenWords.split(',') as ResultSeriesName[], look),
    [data, hiddenWords],
  );
  const buildRate = useCallback((look: Look) => testRateOption(data as ResultSeries, look), [data]);
  const columns = useMemo(() => columnsOf(data), [data]);
  if (error) {
    return (
      <Panel title="Results">
        <ErrorState what="The results over time" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  // Two empty charts would say less than the table of tests below, which says why.
  if (data?.totals.total === 0 && !isPlaceholderData) return null;
  const per = bucketWord(data?.resolution);
  const zoom = zoomOf(update);
  return (
    <div className="gh-charts">
      <ChartPanel
        title="Results"
        note={`of tests by status, per ${per} of their runs' start`}
        testId="chart-results"
        legend={
          <Legend
            label="Statuses"
            names={RESULT_SERIES}
            words={RESULT_WORDS}
            hidden={own.statuses}
            onChange={(statuses) => update({ statuses })}
          />
        }
        columns={columns.results}
        label="Results by status over time"
        summary={resultsSummary(data)}
        build={data && buildResults}
        buckets={data}
        onZoom={zoom}
      />
      <ChartPanel
        title="Failure rate of tests"
        note={`failed of passed and failed results, per ${per}`}
        testId="chart-test-rate"
        columns={columns.rate}
        label="Failure rate of tests over time"
        summary={rateSummary(data)}
        build={data && buildRate}
        buckets={data}
        onZoom={zoom}
      />
    </div>
  );
}

function columnsOf(data: ResultSeries | undefined): { results: DataColumn[]; rate: DataColumn[] } {
  if (!data) return { results: [], rate: [] };
  const { series } = data;
  const time = { name: 'time', values: data.times, isTime: true };
  const of = (name: keyof typeof series) => ({ name, values: series[name] });
  const rate = {
    name: 'failure_rate',
    values: resultRates(data),
    show: (value: unknown) => formatRate(value as number | null),
  };
  return {
    results: [time, ...(['runs', ...RESULT_SERIES, 'xfail', 'uxsuccess'] as const).map(of)],
    rate: [time, rate, of('passed'), of('failed')],
  };
}

function rateSummary(data: ResultSeries | undefined): string {
  if (!data) return '';
  const known = resultRates(data).filter((rate) => rate !== null);
  if (known.length === 0) return 'No test passed or failed.';
  const all = failureRate(sum(data.series.passed), sum(data.series.failed));
  return `${formatRate(all)} over all, at most ${formatRate(Math.max(...known))}.`;
}
