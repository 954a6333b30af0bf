import type { ReactNode } from 'react';
import type { RunFacts } from '../../api/types';
import { Tile } from '../../components/Tile';
import { formatCount, plural } from '../../lib/format';

/** The run's results by status, folded as the totals fold them: the four numbers add up to the whole. */
export function ResultCounts({ counts }: { counts: RunFacts['counts'] | undefined }) {
  const show = (count: number | undefined) => (count === undefined ? undefined : formatCount(count));
  return (
    <div className="gh-tiles gh-tiles-four">
      <Tile
        name="count-passed"
        label="Passed"
        value={show(counts?.passed)}
        note={
          counts?.xfail ? <OfThem name="count-xfail">{plural(counts.xfail, 'expected failure')}</OfThem> : undefined
        }
        tone="passed"
      />
      <Tile
        name="count-failed"
        label="Failed"
        value={show(counts?.failed)}
        note={
          counts?.uxsuccess ? (
            <OfThem name="count-uxsuccess">
              {plural(counts.uxsuccess, 'unexpected success', 'unexpected successes')}
            </OfThem>
          ) : undefined
        }
        tone="failed"
      />
      <Tile name="count-skipped" label="Skipped" value={show(counts?.skipped)} tone="skipped" />
      <Tile
        name="count-incomplete"
        label="Incomplete"
        value={show(counts?.incomplete)}
        note="started, never ended"
        tone="incomplete"
      />
    </div>
  );
}

function OfThem({ name, children }: { name: string; children: ReactNode }) {
  return <span data-testid={name}>of them {children}</span>;
}
