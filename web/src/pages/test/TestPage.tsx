import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../api/client';
import { CopyButton } from '../../components/CopyButton';
import { Covered } from '../../components/Covered';
import { EmptyNote } from '../../components/EmptyNote';
import { ErrorState } from '../../components/ErrorState';
import { FilterBar } from '../../components/filterbar/FilterBar';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { TestName } from '../../components/TestName';
import { usePageTitle } from '../../lib/hooks';
import { testsPath } from '../../lib/paths';
import { nodesAbove, shortTestName } from '../../lib/testName';
import { useZone } from '../../lib/zone';
import { Breakdown } from './Breakdown';
import { CountsChart } from './CountsChart';
import { askedResolution, countsOf } from './days';
import { Failures } from './Failures';
import { LastFailure } from './LastFailure';
import { runsQuery, seriesQuery } from './queries';
import { TimesChart } from './TimesChart';
import { Totals } from './Totals';
import './test.css';
import { UnknownTest } from './UnknownTest';
import { useTest } from './useTest';

/** One test in all its runs. */
export function TestPage() {
  const view = useTest();
  const { test } = view.own;
  const short = shortTestName(test);
  usePageTitle(test ? `Test: ${short}` : 'Test');
  const nodes = nodesAbove(test);
  const above = nodes.map(({ part, prefix }) => ({ label: part, to: testsPath(prefix) }));
  const prefix = nodes.at(-1)?.prefix;
  const here = prefix !== undefined && test.startsWith(`${prefix}.`) ? test.slice(prefix.length + 1) : short;
  return (
    <>
      <Breadcrumb above={[{ label: 'Tests', to: testsPath() }, ...above]} here={here || 'Test'} />
      <PageHeader
        title={test ? <TestName name={test} /> : 'Test'}
        actions={test && <CopyButton text={test} name="the test's name" />}
        sub={test && <LastFailure key={test} {...view} />}
      />
      {/* With a key, so that the numbers of one test never stand in for those of the next. */}
      {test ? <KnownTest key={test} /> : <UnknownTest test="" />}
    </>
  );
}

function KnownTest() {
  const view = useTest();
  const zone = useZone();
  const { resolution } = view.window;
  const series = useQuery(seriesQuery(view, askedResolution(view.window, zone)));
  const runs = useQuery(runsQuery(view));
  const error = series.error ?? runs.error;
  if (error instanceof ApiError && error.status === 404) return <UnknownTest test={view.own.test} />;
  const isEmpty = series.data?.results.every((count) => count === 0);
  const counts = series.data && countsOf(series.data, resolution, zone);
  const isStale = series.isPlaceholderData || runs.isPlaceholderData;
  const retry = () => {
    void series.refetch();
    void runs.refetch();
  };
  return (
    <>
      <FilterBar view={view} />
      <div className={`gh-stack ${isStale ? 'gh-stale' : ''}`} aria-busy={isStale}>
        <Covered covered={series.data?.covered} />
        {error ? (
          <Panel title="Results">
            <ErrorState what="The results" error={error} onRetry={retry} />
          </Panel>
        ) : isEmpty ? (
          <Panel title="Results" testId="no-results">
            <EmptyNote view={view} title="No results of this test" />
          </Panel>
        ) : (
          <>
            <Totals series={series.data} />
            <TimesChart {...view} runs={runs.data} counts={counts} />
            <div className="gh-test-parts">
              <CountsChart {...view} counts={counts} />
              <Breakdown {...view} />
            </div>
          </>
        )}
        {!isEmpty && <Failures {...view} />}
      </div>
    </>
  );
}
