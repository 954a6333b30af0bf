import type { Summary } from '../api/types';
import { changeOfCount, changeOfFaults, changeOfRate, changeOfSeconds, sureness } from '../lib/compare';
import { formatCount, formatRate, formatSeconds } from '../lib/format';
import { Tile } from './Tile';
import { VersusNote } from './VersusNote';

/** The runs of a period in six numbers, each beside that of the period before. */
export function SummaryTiles({ data }: { data: Summary | undefined }) {
  const { current, before } = data ?? {};
  const both = current && before;
  const count = (value: number | undefined) => (value === undefined ? undefined : formatCount(value));
  const share = (part: number | undefined) =>
    current && part !== undefined && current.runs > 0 ? `${formatRate(part / current.runs)} of runs` : undefined;
  return (
    <div className="gh-tiles">
      <Tile
        name="tile-runs"
        label="Runs"
        value={count(current?.runs)}
        note={
          <VersusNote
            data={data}
            change={both && changeOfCount(current.runs, before.runs)}
            of={current && `${formatCount(current.ignored)} ignored`}
          />
        }
      />
      <Tile
        name="tile-failed"
        label="Failed"
        tone="failed"
        value={count(current?.failed)}
        note={
          <VersusNote
            data={data}
            change={both && changeOfFaults(current.failed, before.failed)}
            of={share(current?.failed)}
          />
        }
      />
      <Tile
        name="tile-failure-rate"
        label="Failure rate"
        value={current && formatRate(current.failure_rate)}
        note={
          <VersusNote data={data} change={both && changeOfRate(current, before)} of={current && sureness(current)} />
        }
      />
      <Tile
        name="tile-infra"
        label="Infra failures"
        tone="infra"
        value={count(current?.infra)}
        note={
          <VersusNote
            data={data}
            change={both && changeOfFaults(current.infra, before.infra)}
            of={share(current?.infra)}
          />
        }
      />
      <Tile
        name="tile-median"
        label="Median run time"
        value={current && formatSeconds(current.median_seconds)}
        note={
          <VersusNote
            data={data}
            change={both && changeOfSeconds(current.median_seconds, before.median_seconds)}
            of={current && `of ${formatCount(current.passed)} passed`}
          />
        }
      />
      <Tile
        name="tile-failing-tests"
        label="Failing tests"
        value={count(current?.failing_tests)}
        note={
          <VersusNote
            data={data}
            change={both && changeOfFaults(current.failing_tests, before.failing_tests)}
            of={current && `of ${formatCount(current.results.total)} results`}
          />
        }
      />
    </div>
  );
}
