import { Like } from '../../components/Like';
import { Tile } from '../../components/Tile';
import { formatCount, formatInterval, formatRate, formatSeconds, plural } from '../../lib/format';
import { failureRate, sum } from '../../lib/series';
import type { TestSeries } from './queries';
import { wilson } from './wilson';

const LIKE_SHARE = <Like>xx.x % of x,xxx results</Like>;
const LIKE_RATE = <Like>xx.x–xx.x %, of x,xxx passed or failed</Like>;
const LIKE_SPREAD = <Like>xx.x s to xx.x s, of x,xxx successes</Like>;

/** The period's results in six numbers. */
export function Totals({ series }: { series: TestSeries | undefined }) {
  const totals = series && totalsOf(series);
  const show = (count: number | undefined) => (count === undefined ? undefined : formatCount(count));
  const share = (count: number | undefined, further: string[] = []) =>
    totals && count !== undefined && totals.results > 0
      ? [`${formatRate(count / totals.results)} of ${plural(totals.results, 'result')}`, ...further].join('; ')
      : LIKE_SHARE;
  const interval = totals && wilson(totals.failed, totals.passed + totals.failed);
  return (
    <div className="gh-tiles" data-testid="totals">
      <Tile
        name="total-passed"
        label="Passed"
        value={show(totals?.passed)}
        note={share(totals?.passed, totals?.xfail ? [plural(totals.xfail, 'expected failure')] : [])}
        tone="passed"
      />
      <Tile
        name="total-failed"
        label="Failed"
        value={show(totals?.failed)}
        note={share(
          totals?.failed,
          totals?.uxsuccess ? [plural(totals.uxsuccess, 'unexpected success', 'unexpected successes')] : [],
        )}
        tone="failed"
      />
      <Tile
        name="total-skipped"
        label="Skipped"
        value={show(totals?.skipped)}
        note={share(totals?.skipped)}
        tone="skipped"
      />
      <Tile
        name="total-incomplete"
        label="Incomplete"
        value={show(totals?.incomplete)}
        note={totals?.incomplete ? share(totals.incomplete) : 'started, never ended'}
        tone="incomplete"
      />
      <Tile
        name="total-failure-rate"
        label="Failure rate"
        value={totals && formatRate(failureRate(totals.passed, totals.failed))}
        note={
          totals
            ? `${interval ? `${formatInterval(interval.low, interval.high)}, ` : ''}of ${formatCount(totals.passed + totals.failed)} passed or failed`
            : LIKE_RATE
        }
      />
      <Tile
        name="total-run-time"
        label="Mean run time"
        value={totals && formatSeconds(totals.mean)}
        note={totals ? spread(totals) : LIKE_SPREAD}
      />
    </div>
  );
}

function spread({ timed, fastest, slowest }: ReturnType<typeof totalsOf>): string {
  if (fastest === null || slowest === null) return 'no success has a duration';
  return `${formatSeconds(fastest)} to ${formatSeconds(slowest)}, of ${plural(timed, 'success', 'successes')}`;
}

function totalsOf(series: TestSeries) {
  const timed = sum(series.timed);
  const seconds = sum(series.mean_seconds.map((mean, i) => (mean ?? 0) * (series.timed[i] ?? 0)));
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  return {
    results: sum(series.results),
    passed: sum(series.passed),
    failed: sum(series.failed),
    skipped: sum(series.skipped),
    incomplete: sum(series.incomplete),
    xfail: sum(series.xfail),
    uxsuccess: sum(series.uxsuccess),
    timed,
    mean: timed > 0 ? seconds / timed : null,
    fastest: timed > 0 ? Math.min(...known(series.min_seconds)) : null,
    slowest: timed > 0 ? Math.max(...known(series.max_seconds)) : null,
  };
}
