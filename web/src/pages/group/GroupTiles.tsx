import { Tile } from '../../components/Tile';
import { formatCount, formatRate, formatSeconds } from '../../lib/format';
import type { PeriodSummary, Summary } from './queries';

/** What the period comes to, each number beside that of the period before. */
export function GroupTiles({ summary }: { summary: Summary | undefined }) {
  const current = summary?.current;
  const before = summary?.before;
  const count = (name: 'runs' | 'failed' | 'infra' | 'failing_tests') => ({
    value: current && formatCount(current[name]),
    note: before ? `${formatCount(before[name])} in the period before` : ' ',
  });
  return (
    <div className="gh-tiles">
      <Tile name="tile-runs" label="Runs" {...count('runs')} />
      <Tile name="tile-failed" label="Failed" tone="failed" {...count('failed')} />
      <Tile name="tile-infra" label="Infra failures" tone="infra" {...count('infra')} />
      <Tile
        name="tile-failure-rate"
        label="Failure rate"
        value={current && formatRate(current.failure_rate)}
        note={before ? rateNote(before) : ' '}
      />
      <Tile name="tile-failing-tests" label="Failing tests" {...count('failing_tests')} />
      <Tile
        name="tile-median"
        label="Median run time"
        value={current && formatSeconds(current.median_seconds)}
        note={before ? secondsNote(before) : ' '}
      />
    </div>
  );
}

function rateNote({ failure_rate, n }: PeriodSummary): string {
  return failure_rate === null
    ? 'nothing to compare with before'
    : `${formatRate(failure_rate)} of ${formatCount(n)} in the period before`;
}

function secondsNote({ median_seconds }: PeriodSummary): string {
  return median_seconds === null
    ? 'nothing to compare with before'
    : `${formatSeconds(median_seconds)} in the period before`;
}
