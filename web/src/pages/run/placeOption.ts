/** The run among those of its job, as options for ECharts: a bar a run as high as it took, oldest left. */
import type { EChartsCoreOption } from 'echarts/core';
import type { RunSummary } from '../../api/types';
import type { Look } from '../../charts/look';
import { bucketFrame, secondsAxis } from '../../charts/options/frame';
import { OUTCOME_WORDS } from '../../charts/options/outcomes';
import { stackedBars } from '../../charts/options/series';
import { formatSeconds } from '../../lib/format';
import { outcomeWords } from '../../lib/resultWords';
import { OUTCOME_SERIES, type OutcomeSeriesName } from '../../lib/series';

const SERIES: Record<RunSummary['outcome'], OutcomeSeriesName> = {
  pass: 'passed',
  fail: 'failed',
  infra: 'infra',
  ignored: 'ignored',
};
// Colour is not the only sign: what did not pass carries its own mark. run.css gives the legend the same.
const MARKS: Partial<Record<OutcomeSeriesName, string>> = { failed: 'triangle', infra: 'diamond', ignored: 'rect' };

export function outcomeSeries(run: RunSummary): OutcomeSeriesName {
  return SERIES[run.outcome];
}

/** `runs` oldest first; `here`: which of them the page is about. */
export function placeOption(runs: readonly RunSummary[], here: number, look: Look): EChartsCoreOption {
  const { palette } = look;
  const heights = runs.map(({ seconds }) => seconds ?? 0);
  const valuesOf = (name: OutcomeSeriesName) =>
    runs.map((run, i) => (outcomeSeries(run) === name ? (heights[i] ?? null) : null));
  const bars = stackedBars(
    OUTCOME_SERIES.map((name) => ({ name: OUTCOME_WORDS[name], values: valuesOf(name), colour: palette[name] })),
  );
  const marks = OUTCOME_SERIES.map((name) => ({
    name: OUTCOME_WORDS[name],
    type: 'scatter',
    // A run of which nobody knows how long it took has no bar: its mark alone shows it.
    data: runs.map((run, i) =>
      outcomeSeries(run) === name && (MARKS[name] || run.seconds === null) ? heights[i] : null,
    ),
    color: palette[name],
    symbol: MARKS[name] ?? 'circle',
    symbolSize: 9,
    animation: false,
  }));
  return {
    ...bucketFrame(
      { times: runs.map((run) => run.started_at), resolution: 'sec' },
      look,
      // Room for the arrow above the highest.
      secondsAxis(Math.max(0, ...heights) * 1.15),
      (i) => {
        const run = runs[i] as RunSummary;
        return [
          {
            label: outcomeWords(run.outcome, run.result),
            value: formatSeconds(run.seconds),
            colour: palette[outcomeSeries(run)],
          },
          { label: run.pipeline, value: run.change },
          ...(i === here ? [{ label: 'This run', value: '' }] : []),
        ];
      },
    ),
    series: [
      ...bars.map((bar) => ({
        ...bar,
        barMaxWidth: 48, // where the job has few runs
        data: (bar as { data: (number | null)[] }).data.map((value, i) => ({
          value,
          itemStyle: { opacity: i === here ? 1 : 0.5 },
        })),
      })),
      ...marks,
      {
        name: 'This run',
        type: 'scatter',
        data: runs.map((_run, i) => (i === here ? heights[i] : null)),
        color: palette.mean,
        symbol: 'arrow',
        symbolRotate: 180,
        symbolSize: [12, 14],
        symbolOffset: [0, -15],
        animation: false,
        silent: true,
      },
    ],
  };
}
