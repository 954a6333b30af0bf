import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { ApiError } from '../../api/client';
import { EmptyNote } from '../../components/EmptyNote';
import { ErrorState } from '../../components/ErrorState';
import type { Search } from '../../components/filterbar/ActiveFilters';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { RunWords } from '../../components/RunWords';
import { SearchField } from '../../components/SearchField';
import { SummaryTiles } from '../../components/SummaryTiles';
import { ViewLink } from '../../components/ViewLink';
import { formatKey } from '../../lib/format';
import { usePageTitle } from '../../lib/hooks';
import { OVERVIEW } from '../../lib/paths';
import { GroupCharts } from './GroupCharts';
import { JobsPanel } from './JobsPanel';
import { groupWords, summaryQuery } from './queries';
import { RecentRuns } from './RecentRuns';
import { useGroup } from './useGroup';
import './group.css';

/** The runs that share one value of a metadata key. */
export function GroupPage() {
  const view = useGroup();
  const { own, update, fixed, grouping, value } = view;
  const label = formatKey(grouping);
  const name = value || `no ${label.toLowerCase()}`;
  // What makes the group is a filter of the page that a link leads to, where it can be one.
  const ofGroup = useMemo(
    () => (value && fixed.length > 0 ? { [grouping]: value } : undefined),
    [fixed, grouping, value],
  );
  usePageTitle(`${label}: ${name}`);
  const { data, error, isPlaceholderData, refetch } = useQuery(summaryQuery(view));
  const badPattern = error instanceof ApiError && error.status === 400 && own.q ? error.message : undefined;
  const isEmpty = data?.current.runs === 0;
  const searches: Search[] = [{ of: 'Job', text: own.q, patch: { q: '', jobs: 0, runs: 0 } }];
  const search = useCallback((q: string) => update({ q, jobs: 0, runs: 0 }, true), [update]);
  return (
    <>
      <Breadcrumb here={`${label}: ${name}`} />
      <PageHeader
        title={`${value || `Runs with ${name}`}${value ? ' jobs' : ''}`}
        sub={
          <>
            Runs whose {label.toLowerCase()} is {value ? <strong>{value}</strong> : 'not known'} ·{' '}
            <ViewLink to={OVERVIEW} own={{ key: grouping }}>
              all by {label.toLowerCase()}
            </ViewLink>
          </>
        }
        actions={<SearchField label="Search jobs (regex)" value={own.q} onSearch={search} error={badPattern} />}
      />
      <FilterBar view={view} search={searches} />
      {!badPattern && (
        <div className={`gh-stack ${isPlaceholderData ? 'gh-stale' : ''}`} aria-busy={isPlaceholderData}>
          {error ? (
            <Panel title="Runs">
              <ErrorState what="The runs" error={error} onRetry={() => refetch()} />
            </Panel>
          ) : (
            <SummaryTiles data={data} />
          )}
          {isEmpty ? (
            <Panel title="Runs">
              <EmptyNote view={view} title={`No runs of ${name}`} search={searches} />
            </Panel>
          ) : (
            <>
              <GroupCharts {...view} />
              {grouping !== 'result' && <RunWords asked={groupWords(view)} own={ofGroup} />}
              <JobsPanel {...view} />
              <RecentRuns {...view} />
            </>
          )}
        </div>
      )}
    </>
  );
}
