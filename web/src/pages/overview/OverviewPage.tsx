import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/client';
import { filterWords } from '../../api/queries';
import { FailureRateChart, RunsChart } from '../../charts/OutcomeCharts';
import { EmptyNote } from '../../components/EmptyNote';
import { ErrorState } from '../../components/ErrorState';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Panel } from '../../components/Panel';
import { RunWords } from '../../components/RunWords';
import { formatKey } from '../../lib/format';
import { usePageTitle } from '../../lib/hooks';
import { totalsOf } from '../../lib/series';
import { zoomOf } from '../../lib/useView';
import { GroupsPanel } from './GroupsPanel';
import { groupsQuery } from './queries';
import { RecentFailures } from './RecentFailures';
import { Tiles } from './Tiles';
import { TopFailingTests } from './TopFailingTests';
import { useOverview } from './useOverview';
import './overview.css';

const NO_SEARCH = { q: '' };

/** What fails, since when, how often, where: all runs of a period, by any key. */
export function OverviewPage() {
  usePageTitle('Overview');
  const overview = useOverview();
  const { own, update } = overview;
  const { data, error, isPlaceholderData, refetch } = useQuery(groupsQuery(overview));
  const isEmpty = data !== undefined && totalsOf(data.totals).runs === 0;
  const badPattern = error instanceof ApiError && error.status === 400 && own.q ? error.message : undefined;
  const search = { text: own.q, of: formatKey(own.key), patch: NO_SEARCH };
  return (
    <>
      <h1 className="pf-v6-screen-reader">Overview</h1>
      <FilterBar view={overview} group={{ key: own.key, onChoose: (key) => update({ key }) }} search={search} />
      <div className={`gh-stack ${isPlaceholderData ? 'gh-stale' : ''}`} aria-busy={isPlaceholderData}>
        <Tiles {...overview} />
        {own.q && (
          <p className="gh-note">
            The search narrows down the charts and the table of {formatKey(own.key).toLowerCase()} status; what stands
            above and the failing tests are of all.
          </p>
        )}
        {isEmpty ? (
          <EmptyNote view={overview} title="No runs" level="h2" search={search} />
        ) : (
          <>
            <TopFailingTests {...overview} />
            {error ? (
              <Panel title="Runs">
                <ErrorState what="The runs" error={error} onRetry={() => refetch()} />
              </Panel>
            ) : (
              <div className="gh-charts">
                <RunsChart data={data} hidden={own.hide} onHide={(hide) => update({ hide })} onZoom={zoomOf(update)} />
                <FailureRateChart data={data} onZoom={zoomOf(update)} />
              </div>
            )}
            <RunWords asked={filterWords(overview.state, overview.window)} />
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
