import type { RunFacts } from '../../api/types';
import { Tile } from '../../components/Tile';
import { formatCount } from '../../lib/format';

/** The run's results by status, folded as the totals fold them. */
export function ResultCounts({ counts }: { counts: RunFacts['counts'] | undefined }) {
  const show = (count: number | undefined) => (count === undefined ? undefined : formatCount(count));
  return (
    <div className="gh-tiles">
      <Tile
        name="count-passed"
        label="Passed"
        value={show(counts?.passed)}
        note={ofWhich(counts?.xfail, 'as expected failures')}
        tone="passed"
      />
      <Tile
        name="count-failed"
        label="Failed"
        value={show(counts?.failed)}
        note={ofWhich(counts?.uxsuccess, 'as unexpected successes')}
        tone="failed"
      />
      <Tile name="count-skipped" label="Skipped" value={show(counts?.skipped)} tone="ignored" />
      <Tile name="count-xfail" label="Expected failures" value={show(counts?.xfail)} />
      <Tile name="count-uxsuccess" label="Unexpected successes" value={show(counts?.uxsuccess)} />
      <Tile name="count-incomplete" label="Incomplete" value={show(counts?.incomplete)} note="started, never ended" />
    </div>
  );
}

function ofWhich(count: number | undefined, what: string): string | undefined {
  return count ? `${formatCount(count)} ${what}` : undefined;
}
