import { useQuery } from '@tanstack/react-query';
import type { Summary } from '../../api/types';
import { OUTCOME_WORDS } from '../../charts/options/outcomes';
import { CountBar } from '../../components/CountBar';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { FailingTestsTile, FailureRateTile, MedianTile } from '../../components/SummaryTiles';
import { VersusTile } from '../../components/VersusTile';
import { changeOfCount } from '../../lib/compare';
import { formatCount, formatRate } from '../../lib/format';
import { OUTCOME_SERIES } from '../../lib/series';
import { summaryQuery } from './queries';
import type { Overview } from './useOverview';

const EXPLAINED = {
  passed: 'Runs that passed',
  failed: 'Runs that failed',
  infra:
    'Runs that the CI system itself failed: no node, no upload of logs, retries used up. They count neither as passed nor as failed.',
  ignored:
    'Runs that were canceled, skipped, superseded, or retried as another run. They count neither as passed nor as failed.',
} as const;

/** The period in four numbers, each beside that of the period before. */
export function Tiles(overview: Overview) {
  const { data, error, refetch, isPlaceholderData } = useQuery(summaryQuery(overview));
  if (error) {
    return (
      <Panel title="The period in numbers">
        <ErrorState what="The period's numbers" error={error} onRetry={() => refetch()} />
      </Panel>
    );
  }
  return (
    <div className={`gh-headline ${isPlaceholderData ? 'gh-stale' : ''}`} aria-busy={isPlaceholderData}>
      <VersusTile
        data={data}
        name="runs"
        label="Runs"
        value={({ runs }) => formatCount(runs)}
        change={(current, before) => changeOfCount(current.runs, before.runs)}
        className="gh-runs-tile"
      >
        <Outcomes current={data?.current} />
      </VersusTile>
      <FailureRateTile data={data} />
      <FailingTestsTile data={data} />
      <MedianTile data={data} />
    </div>
  );
}

/** What became of the runs. */
function Outcomes({ current }: { current: Summary['current'] | undefined }) {
  return (
    <div className="gh-outcomes">
      {current && current.runs > 0 ? <CountBar isWide counts={current} /> : <div className="gh-bar gh-bar-wide" />}
      <ul aria-label="Runs by outcome">
        {OUTCOME_SERIES.map((name) => (
          <li key={name} data-testid={`tile-${name}`} title={EXPLAINED[name]}>
            <span className={`gh-swatch gh-swatch-${name}`} aria-hidden="true" />
            {OUTCOME_WORDS[name]}
            <b>{current ? formatCount(current[name]) : ''}</b>
            <span className="gh-note">{current && current.runs > 0 && formatRate(current[name] / current.runs)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
