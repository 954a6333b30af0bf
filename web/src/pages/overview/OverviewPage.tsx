import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/client';
import { ErrorState } from '../../components/ErrorState';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Panel } from '../../components/Panel';
import { formatKey } from '../../lib/format';
import { usePageTitle } from '../../lib/hooks';
import { totalsOf } from '../../lib/series';
import { Charts } from './Charts';
import { EmptyPeriod } from './EmptyPeriod';
import { GroupsPanel } from './GroupsPanel';
import { groupsQuery } from './queries';
import { RecentFailures } from './RecentFailures';
import { TotalTiles } from './TotalTiles';
import { useOverview } from './useOverview';

const NO_SEARCH = { q: '' };

/** What fails, since when, how often, where: all runs of a period, by any key. */
export function OverviewPage() {
  usePageTitle('Overview');
  const overview = useOverview();
  const { own, window, update } = overview;
  const { data, error, isPlaceholderData, refetch } = useQuery(groupsQuery(overview));
  const isEmpty = data !== undefined && totalsOf(data.totals).runs === 0;
  const badPattern = error instanceof ApiError && error.status === 400 && own.q ? error.message : undefined;
  return (
    <>
      <h1 className="pf-v6-screen-reader">Overview</h1>
      <FilterBar
        view={overview}
        group={{ key: own.key, onChoose: (key) => update({ key }) }}
        search={{ text: own.q, of: formatKey(own.key), patch: NO_SEARCH }}
      />
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
          {(!isEmpty || own.q) && (!error || badPattern) && (
            <GroupsPanel {...overview} data={badPattern ? undefined : data} searchError={badPattern} />
          )}
        </div>
      </div>
    </>
  );
}
