import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useNavigate } from 'react-router';
import type { components } from '../../api/schema';
import type { Picked } from '../../charts/Canvas';
import { ChartPanel } from '../../charts/ChartPanel';
import { Legend } from '../../charts/Legend';
import type { Look } from '../../charts/look';
import { RunsChart } from '../../charts/OutcomeCharts';
import { OUTCOME_WORDS } from '../../charts/options/outcomes';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import type { DataColumn } from '../../lib/dataFile';
import { formatCount, formatSeconds, plural } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { bucketWord } from '../../lib/period';
import { OUTCOME_SERIES, type OutcomeSeriesName } from '../../lib/series';
import { zoomOf } from '../../lib/useView';
import { timesOption } from './options';
import { outcomesQuery, runTimesQuery } from './queries';
import type { JobView } from './useJob';

type RunTimes = components['schemas']['RunTimes'];

const TIMES_LEGEND = [...OUTCOME_SERIES, 'mean'] as const;
const TIMES_WORDS = { ...OUTCOME_WORDS, mean: 'Mean of passed' };

/** How long the job's runs took, and how they ended, over the period. */
export function RunCharts({ view }: { view: JobView }) {
  return (
    <div className="gh-charts">
      <TimesChart view={view} />
      <OutcomesChart view={view} />
    </div>
  );
}

function TimesChart({ view }: { view: JobView }) {
  const { own, update, window, linkTo } = view;
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(runTimesQuery(view));
  const hiddenWords = own.times.join();
  // The axis is that of the answer, so that points do not move while another is on its way.
  const build = useCallback(
    (look: Look) => {
      const times = data as RunTimes;
      const period = { from: new Date(times.since), until: new Date(times.until) };
      return timesOption(times, period, hiddenWords.split(',') as OutcomeSeriesName[], look);
    },
    [data, hiddenWords],
  );
  const open = ({ value }: Picked) => {
    const uuid = Array.isArray(value) ? value[3] : undefined;
    if (typeof uuid === 'string') navigate(linkTo(runPath(uuid)));
  };
  const columns = useMemo(() => timesColumns(data), [data]);
  if (error) {
    return (
      <Panel title="Run times">
        <ErrorState what="The run times" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  const per = bucketWord(window.resolution);
  const shown = data?.runs.uuid.length ?? 0;
  const parts = [
    `each run; mean per ${per}; click a point to open its run`,
    data && shown < data.total && `${formatCount(shown)} of ${formatCount(data.total)} runs drawn`,
    data && data.untimed > 0 && `${plural(data.untimed, 'run')} without an end left out`,
  ];
  return (
    <ChartPanel
      title="Run times"
      note={parts.filter(Boolean).join('; ')}
      testId="chart-run-times"
      legend={
        <div className="gh-job-times">
          <Legend
            label="Outcomes"
            names={TIMES_LEGEND.slice(0, 4) as OutcomeSeriesName[]}
            words={TIMES_WORDS}
            hidden={own.times}
            onChange={(times) => update({ times })}
          />
          <Legend label="Lines" names={['mean'] as const} words={TIMES_WORDS} hidden={[]} />
        </div>
      }
      columns={columns}
      label="Run times"
      summary={timesSummary(data)}
      build={data && build}
      onZoom={zoomOf(update)}
      onPick={open}
    />
  );
}

function timesColumns(data: RunTimes | undefined): DataColumn[] {
  if (!data) return [];
  const { runs } = data;
  return [
    { name: 'started_at', values: runs.started_at, isTime: true },
    { name: 'seconds', values: runs.seconds, show: (value) => formatSeconds(value as number) },
    { name: 'outcome', values: runs.outcome },
    { name: 'result', values: runs.result },
    { name: 'run', values: runs.uuid },
  ];
}

function timesSummary(data: RunTimes | undefined): string {
  if (!data) return '';
  if (data.runs.seconds.length === 0) return 'No run has a known run time.';
  const [fastest, slowest] = [Math.min(...data.runs.seconds), Math.max(...data.runs.seconds)];
  return `${plural(data.total, 'run')}, from ${formatSeconds(fastest)} to ${formatSeconds(slowest)}.`;
}

function OutcomesChart({ view }: { view: JobView }) {
  const { own, update } = view;
  const { data, error, refetch } = useQuery(outcomesQuery(view));
  if (error) {
    return (
      <Panel title="Runs">
        <ErrorState what="The runs over time" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  return (
    <RunsChart data={data} hidden={own.outcomes} onHide={(outcomes) => update({ outcomes })} onZoom={zoomOf(update)} />
  );
}
