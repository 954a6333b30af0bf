import type { components } from '../../api/schema';
import { Tile } from '../../components/Tile';
import { formatCount, formatInterval, formatMoment, formatRate, formatSeconds } from '../../lib/format';
import { useZone } from '../../lib/zone';
import { changeWords } from './change';

type Summary = components['schemas']['Summary'];

/** The job's period in six numbers, each beside that of the period before. */
export function SummaryTiles({ data }: { data: Summary | undefined }) {
  const zone = useZone();
  const { current, before } = data ?? {};
  const range = before && [before.since, before.until].map((at) => formatMoment(new Date(at), zone)).join(' – ');
  const change = (words: string | undefined, more?: string) => (
    <>
      <div title={range && `The period before: ${range}`}>{words ?? '\u00a0'}</div>
      <div>{more ?? '\u00a0'}</div>
    </>
  );
  const counted = (name: 'runs' | 'failed' | 'infra' | 'failing_tests', more?: string) =>
    change(current && before && changeWords(current[name], before[name], formatCount), more);
  const share = (count: number | undefined) =>
    current && count !== undefined && current.runs > 0 ? `${formatRate(count / current.runs)} of runs` : undefined;
  const count = (value: number | undefined) => (value === undefined ? undefined : formatCount(value));
  const interval = current && formatInterval(current.failure_rate_low, current.failure_rate_high);
  return (
    <div className="gh-tiles">
      <Tile
        name="tile-runs"
        label="Runs"
        value={count(current?.runs)}
        note={counted('runs', current && `${formatCount(current.ignored)} ignored`)}
      />
      <Tile
        name="tile-failed"
        label="Failed"
        tone="failed"
        value={count(current?.failed)}
        note={counted('failed', share(current?.failed))}
      />
      <Tile
        name="tile-failure-rate"
        label="Failure rate"
        value={current && formatRate(current.failure_rate)}
        note={change(
          current && before && changeWords(current.failure_rate, before.failure_rate, formatRate),
          current && `n ${formatCount(current.n)}${interval ? ` · ${interval}` : ''}`,
        )}
      />
      <Tile
        name="tile-infra"
        label="Infra failures"
        tone="infra"
        value={count(current?.infra)}
        note={counted('infra', share(current?.infra))}
      />
      <Tile
        name="tile-median"
        label="Median run time"
        value={current && formatSeconds(current.median_seconds)}
        note={change(
          current && before && changeWords(current.median_seconds, before.median_seconds, formatSeconds),
          current && `of ${formatCount(current.passed)} passed`,
        )}
      />
      <Tile
        name="tile-failing-tests"
        label="Failing tests"
        value={count(current?.failing_tests)}
        note={counted('failing_tests', current && `of ${formatCount(current.results.total)} results`)}
      />
    </div>
  );
}
