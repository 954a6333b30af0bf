import { useCallback } from 'react';
import type { Groups } from '../../api/types';
import { FEW, rateOption, runsOption, SERIES_WORDS } from '../../charts/options';
import type { Palette } from '../../charts/palette';
import { TimeChart } from '../../charts/TimeChart';
import { Panel } from '../../components/Panel';
import { formatRate, plural } from '../../lib/format';
import { OUTCOME_SERIES, type OutcomeSeriesName } from '../../lib/overviewState';
import { RESOLUTIONS } from '../../lib/period';
import { ratesOf, totalsOf } from '../../lib/series';
import type { Overview } from './useOverview';

interface Props extends Overview {
  data: Groups | undefined;
}

/** Runs by outcome, and the failure rate, over the period. */
export function Charts({ state, update, data }: Props) {
  const { hidden } = state;
  const hiddenWords = hidden.join();
  const buildRuns = useCallback(
    (groups: Groups, palette: Palette) => runsOption(groups, hiddenWords.split(',') as OutcomeSeriesName[], palette),
    [hiddenWords],
  );
  const zoom = (from: Date, to: Date) => update({ from, to, period: undefined, end: undefined, resolution: undefined });
  const per = RESOLUTIONS.find(({ code }) => code === data?.resolution)?.label.toLowerCase() ?? 'bucket';
  return (
    <div className="gh-charts">
      <Panel
        title="Runs"
        note={`by outcome, per ${per}; drag to zoom in`}
        testId="chart-runs"
        actions={<Legend hidden={hidden} onChange={(next) => update({ hidden: next })} />}
      >
        <TimeChart
          label="Runs by outcome over time"
          summary={runsSummary(data)}
          data={data}
          build={buildRuns}
          onZoom={zoom}
        />
      </Panel>
      <Panel
        title="Failure rate"
        note={`failed of passed and failed, per ${per}; faint: of fewer than ${FEW} runs; a gap: of none`}
        testId="chart-rate"
      >
        <TimeChart
          label="Failure rate over time"
          summary={rateSummary(data)}
          data={data}
          build={rateOption}
          onZoom={zoom}
        />
      </Panel>
    </div>
  );
}

interface LegendProps {
  hidden: readonly OutcomeSeriesName[];
  onChange: (hidden: OutcomeSeriesName[]) => void;
}

/** The chart's series; each is a button that takes the series out of the chart or puts it back. */
function Legend({ hidden, onChange }: LegendProps) {
  const toggle = (name: OutcomeSeriesName) =>
    onChange(OUTCOME_SERIES.filter((other) => (other === name ? !hidden.includes(other) : hidden.includes(other))));
  return (
    <fieldset className="gh-legend">
      <legend className="pf-v6-screen-reader">Outcomes shown</legend>
      {OUTCOME_SERIES.map((name) => (
        <button
          key={name}
          type="button"
          className="gh-legend-item"
          aria-pressed={!hidden.includes(name)}
          onClick={() => toggle(name)}
        >
          <span className={`gh-swatch gh-swatch-${name}`} /> {SERIES_WORDS[name]}
        </button>
      ))}
    </fieldset>
  );
}

function runsSummary(data: Groups | undefined): string {
  if (!data) return '';
  const totals = totalsOf(data.totals);
  const parts = OUTCOME_SERIES.map((name) => `${totals[name]} ${SERIES_WORDS[name].toLowerCase()}`);
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
