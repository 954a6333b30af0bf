import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/client';
import { groupsQuery } from '../../api/queries';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { usePageTitle } from '../../lib/hooks';
import { totalsOf } from '../../lib/series';
import { Charts } from './Charts';
import { EmptyPeriod } from './EmptyPeriod';
import { FilterBar } from './FilterBar';
import { GroupsPanel } from './GroupsPanel';
import { RecentFailures } from './RecentFailures';
import { TotalTiles } from './TotalTiles';
import { useOverview } from './useOverview';

/** What fails, since when, how often, where: all runs of a period, by any key. */
export function OverviewPage() {
  usePageTitle('Overview');
  const overview = useOverview();
  const { state, window } = overview;
  const { data, error, isPlaceholderData, refetch } = useQuery(groupsQuery(state, window));
  const isEmpty = data !== undefined && totalsOf(data.totals).runs === 0;
  const badPattern = error instanceof ApiError && error.status === 400 && state.q ? error.message : undefined;
  return (
    <>
      <h1 className="pf-v6-screen-reader">Overview</h1>
      <FilterBar {...overview} />
      <div className={`gh-stack ${isPlaceholderData ? 'gh-stale' : ''}`} aria-busy={isPlaceholderData}>
        {error ? (
          <Panel title="Runs">
            <ErrorState what="The runs" error={error} onRetry={() => refetch()} />
          </Panel>
        ) : (
          <>
            <TotalTiles data={data} window={window} />
            {isEmpty ? <EmptyPeriod {...overview} /> : <Charts {...overview} data={data} />}
          </>
        )}
        <div className="gh-lists">
          {!isEmpty && <RecentFailures {...overview} />}
          {(!isEmpty || state.q) && (!error || badPattern) && (
            <GroupsPanel {...overview} data={badPattern ? undefined : data} searchError={badPattern} />
          )}
        </div>
      </div>
    </>
  );
}
