import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { filterWords } from '../../api/queries';
import { ErrorState } from '../../components/ErrorState';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { RunWords } from '../../components/RunWords';
import { SummaryTiles } from '../../components/SummaryTiles';
import { ViewLink } from '../../components/ViewLink';
import { usePageTitle } from '../../lib/hooks';
import { FAILURES, OVERVIEW } from '../../lib/paths';
import { GridPanel } from './grid/GridPanel';
import './job.css';
import { NoRuns } from './NoRuns';
import { summaryQuery } from './queries';
import { ResultCharts } from './ResultCharts';
import { RunCharts } from './RunCharts';
import { RunsPanel } from './RunsPanel';
import { TestsPanel } from './TestsPanel';
import { TABS, useJob } from './useJob';

/** One job: its runs, and its tests in them. */
export function JobPage() {
  const view = useJob();
  const { job, own, update } = view;
  const ofJob = useMemo(() => ({ job }), [job]);
  usePageTitle(`Job: ${job}`);
  const { data, error, isPlaceholderData, refetch } = useQuery(summaryQuery(view));
  const isEmpty = data?.current.runs === 0 && !isPlaceholderData;
  return (
    <>
      <Breadcrumb here={job} />
      <PageHeader
        title={job}
        sub="Job"
        actions={
          <>
            <ViewLink to={OVERVIEW} own={{ job, key: 'pipeline' }}>
              Runs by pipeline
            </ViewLink>
            <ViewLink to={FAILURES} own={{ job }}>
              Failures of this job
            </ViewLink>
          </>
        }
      />
      <FilterBar view={view} search={{ text: own.q, of: 'Test', patch: { q: '', offset: 0 } }} />
      <div className="gh-stack">
        {error ? (
          <Panel title="Summary">
            <ErrorState what="The summary" error={error} onRetry={() => refetch()} />
          </Panel>
        ) : isEmpty ? (
          <NoRuns view={view} />
        ) : (
          <div className={isPlaceholderData ? 'gh-stale' : 'gh-fresh'} aria-busy={isPlaceholderData}>
            <SummaryTiles data={data} />
          </div>
        )}
        {!isEmpty && (
          <Tabs
            activeKey={own.tab}
            onSelect={(_event, key) => update({ tab: TABS.find((tab) => tab === key) ?? 'summary' })}
            aria-label="Views of the job"
            className="gh-job-tabs"
            mountOnEnter
            unmountOnExit
          >
            <Tab eventKey="summary" title={<TabTitleText>Charts, tests and runs</TabTitleText>}>
              <div className="gh-stack">
                <RunCharts view={view} />
                <ResultCharts view={view} />
                <RunWords asked={{ ...filterWords(view.state, view.window), job: [job] }} own={ofJob} />
                <TestsPanel view={view} />
                <RunsPanel view={view} total={data?.current.runs} />
              </div>
            </Tab>
            <Tab eventKey="grid" title={<TabTitleText>Grid of tests and runs</TabTitleText>}>
              <GridPanel view={view} />
            </Tab>
          </Tabs>
        )}
      </div>
    </>
  );
}
