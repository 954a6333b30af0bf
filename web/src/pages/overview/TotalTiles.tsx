import type { Groups } from '../../api/types';
import { Tile } from '../../components/Tile';
import { formatCount, formatMoment, formatRate } from '../../lib/format';
import type { Window } from '../../lib/period';
import { totalsOf } from '../../lib/series';
import { useZone } from '../../lib/zone';

/** The period in six numbers. */
export function TotalTiles({ data, window }: { data: Groups | undefined; window: Window }) {
  const zone = useZone();
  const totals = data && totalsOf(data.totals);
  const share = (count: number | undefined) =>
    totals && count !== undefined && totals.runs > 0 ? `${formatRate(count / totals.runs)} of runs` : ' ';
  const count = (value: number | undefined) => (value === undefined ? undefined : formatCount(value));
  return (
    <div className="gh-tiles">
      <Tile
        name="tile-runs"
        label="Runs"
        value={count(totals?.runs)}
        note={`since ${formatMoment(window.from, zone)}`}
      />
      <Tile
        name="tile-passed"
        label="Passed"
        value={count(totals?.passed)}
        note={share(totals?.passed)}
        tone="passed"
      />
      <Tile
        name="tile-failed"
        label="Failed"
        value={count(totals?.failed)}
        note={share(totals?.failed)}
        tone="failed"
      />
      <Tile
        name="tile-failure-rate"
        label="Failure rate"
        value={totals && formatRate(totals.rate)}
        note={totals ? `of ${formatCount(totals.n)} passed or failed` : ' '}
      />
      <Tile
        name="tile-infra"
        label="Infra failures"
        value={count(totals?.infra)}
        note={share(totals?.infra)}
        tone="infra"
      />
      <Tile
        name="tile-ignored"
        label="Ignored"
        value={count(totals?.ignored)}
        note="canceled, skipped, superseded"
        tone="ignored"
      />
    </div>
  );
}
