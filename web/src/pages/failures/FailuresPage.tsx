import { Tab, Tabs, TabTitleText } from '@patternfly/react-core';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { usePageTitle } from '../../lib/hooks';
import { FailedRuns } from './FailedRuns';
import { FailingTests } from './FailingTests';
import { Messages } from './Messages';
import { SingleFailures } from './SingleFailures';
import { searchesOf } from './search';
import { type FailuresView, TABS, type Tab as TabName, useFailures } from './useFailures';
import './failures.css';

const SHOWN: Record<TabName, { word: string; Panel: (view: FailuresView) => React.ReactNode }> = {
  tests: { word: 'Tests', Panel: FailingTests },
  messages: { word: 'Messages', Panel: Messages },
  runs: { word: 'Runs', Panel: FailedRuns },
  results: { word: 'Single failures', Panel: SingleFailures },
};

/** What failed: tests, what they say, runs, and each single failure. */
export function FailuresPage() {
  const view = useFailures();
  const { own, update } = view;
  usePageTitle('Failures');
  const choose = (tab: string | number) =>
    update({ tab: tab as TabName, listed: '100', offset: 0, open: [], test: '', says: '' });
  return (
    <>
      <Breadcrumb here="Failures" />
      <PageHeader
        title="Failures"
        sub="Tests that failed or never ended, what they said, and the runs that it happened in"
      />
      <FilterBar view={view} hasSeries={false} search={searchesOf(view)} />
      <Tabs
        aria-label="Failures by"
        activeKey={own.tab}
        onSelect={(_event, tab) => choose(tab)}
        className="gh-failure-tabs"
        mountOnEnter
        unmountOnExit
      >
        {TABS.map((tab) => {
          const { word, Panel } = SHOWN[tab];
          return (
            <Tab key={tab} eventKey={tab} title={<TabTitleText>{word}</TabTitleText>}>
              <Panel {...view} />
            </Tab>
          );
        })}
      </Tabs>
    </>
  );
}
