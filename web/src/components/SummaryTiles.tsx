import type { Summary } from '../api/types';
import { changeOfCount, changeOfFaults, changeOfRate, changeOfSeconds, sureness } from '../lib/compare';
import { formatCount, formatRate, formatSeconds, plural } from '../lib/format';
import { Tile } from './Tile';
import { VersusNote } from './VersusNote';

interface Props {
  data: Summary | undefined; // undefined while it is waited for
}

/** The runs of a period in six numbers, each beside that of the period before. */
export function SummaryTiles({ data }: Props) {
  const { current, before } = data ?? {};
  return (
    <div className="gh-tiles">
      <Tile
        name="tile-runs"
        label="Runs"
        value={current && formatCount(current.runs)}
        note={
          <VersusNote
            data={data}
            change={before && current && changeOfCount(current.runs, before.runs)}
            of={current && `${formatCount(current.ignored)} ignored`}
          />
        }
      />
      <FaultsTile data={data} outcome="failed" label="Failed" />
      <FailureRateTile data={data} />
      <FaultsTile data={data} outcome="infra" label="Infra failures" />
      <MedianTile data={data} />
      <FailingTestsTile data={data} />
    </div>
  );
}

function FaultsTile({ data, outcome, label }: Props & { outcome: 'failed' | 'infra'; label: string }) {
  const { current, before } = data ?? {};
  return (
    <Tile
      name={`tile-${outcome}`}
      label={label}
      tone={outcome}
      value={current && formatCount(current[outcome])}
      note={
        <VersusNote
          data={data}
          change={before && current && changeOfFaults(current[outcome], before[outcome])}
          of={current && current.runs > 0 && `${formatRate(current[outcome] / current.runs)} of runs`}
        />
      }
    />
  );
}

export function FailureRateTile({ data }: Props) {
  const { current, before } = data ?? {};
  return (
    <Tile
      name="tile-failure-rate"
      label="Failure rate"
      value={current && formatRate(current.failure_rate)}
      note={
        <VersusNote
          data={data}
          change={before && current && changeOfRate(current, before)}
          of={current && sureness(current)}
          explained="How often a run failed, of all that passed or failed, and Wilson's interval of it."
        />
      }
    />
  );
}

export function MedianTile({ data }: Props) {
  const { current, before } = data ?? {};
  return (
    <Tile
      name="tile-median"
      label="Median run time"
      value={current && formatSeconds(current.median_seconds)}
      note={
        <VersusNote
          data={data}
          change={before && current && changeOfSeconds(current.median_seconds, before.median_seconds)}
          of={current && `of ${plural(current.passed, 'passing run')}`}
        />
      }
    />
  );
}

export function FailingTestsTile({ data }: Props) {
  const { current, before } = data ?? {};
  return (
    <Tile
      name="tile-failing-tests"
      label="Failing tests"
      value={current && formatCount(current.failing_tests)}
      note={
        <VersusNote
          data={data}
          change={before && current && changeOfFaults(current.failing_tests, before.failing_tests)}
          of={current && `in ${plural(current.results.total, 'result')}`}
        />
      }
    />
  );
}
