import type { StatusAnswer } from '../../api/types';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { Tile } from '../../components/Tile';
import { formatBytes, formatCount } from '../../lib/format';

/** How much there is. */
export function HoldingsTiles({ status }: { status: StatusAnswer | undefined }) {
  const count = (value: number | undefined) => (value === undefined ? undefined : formatCount(value));
  return (
    <div className="gh-tiles">
      <Tile
        name="tile-runs"
        label="Runs"
        value={count(status?.runs)}
        note={
          status?.oldest_run_at ? (
            <>
              since <Moment at={status.oldest_run_at} />
            </>
          ) : (
            ' '
          )
        }
      />
      <Tile name="tile-results" label="Results" value={count(status?.results)} note="of tests, ever counted" />
      <Tile
        name="tile-failures"
        label="Failures"
        value={count(status?.failures)}
        note="kept with the line that says why"
      />
      <Tile name="tile-tests" label="Tests" value={count(status?.tests)} note="known by name" />
      <Tile name="tile-jobs" label="Jobs" value={count(status?.jobs)} note="known by name" />
      <Tile
        name="tile-size"
        label="Database"
        value={status && formatBytes(status.database_bytes)}
        note={status ? `${status.database}${perResult(status)}` : <Like>gatehealth.duckdb</Like>}
      />
    </div>
  );
}

// Below this most of the file is what comes with any gate: names, facts, room to grow.
const ENOUGH = 10_000_000; // results

/** What a result takes with all that belongs to it: its run's facts, its texts, the counters. */
function perResult({ database_bytes, results }: StatusAnswer): string {
  return results < ENOUGH ? '' : `, ${(database_bytes / results).toFixed(1)} bytes a result`;
}
