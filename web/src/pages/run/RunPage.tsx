import { Breadcrumb, BreadcrumbItem, Skeleton } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { runQuery } from '../../api/queries';
import type { RunFacts } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { OutcomeLabel } from '../../components/OutcomeLabel';
import { Panel } from '../../components/Panel';
import { usePageTitle } from '../../lib/hooks';
import { Facts } from './Facts';
import { ResultCounts } from './ResultCounts';
import { ResultsPanel } from './ResultsPanel';
import { RunFiles } from './RunFiles';
import { RunWarnings } from './RunWarnings';

/** One run: its facts, what is wrong with it, and all its results. */
export function RunPage() {
  const { uuid = '' } = useParams();
  const { data: run, error, refetch } = useQuery(runQuery(uuid));
  usePageTitle(run ? `Run of ${run.job || 'an unnamed job'}` : 'Run');
  return (
    <>
      <Breadcrumb aria-label="Where this page is" className="gh-breadcrumb">
        <BreadcrumbItem
          render={({ className }) => (
            <Link to="/" className={className}>
              Overview
            </Link>
          )}
        />
        <BreadcrumbItem isActive>Run</BreadcrumbItem>
      </Breadcrumb>
      <div className="gh-stack">
        {error ? (
          <Panel title="Run">
            <ErrorState what="The run" error={error} onRetry={() => refetch()} />
          </Panel>
        ) : (
          <>
            <Heading run={run} />
            {run && <RunWarnings run={run} />}
            <ResultCounts counts={run?.counts} />
            <Facts run={run} />
            {run && <ResultsPanel run={run} />}
            {run && run.attachments > 0 && <RunFiles run={run} />}
          </>
        )}
      </div>
    </>
  );
}

function Heading({ run }: { run: RunFacts | undefined }) {
  if (!run) return <Skeleton height="2.25rem" width="24rem" screenreaderText="Loading the run" />;
  return (
    <div className="gh-heading">
      <h1>{run.job || 'Run of an unnamed job'}</h1>
      <OutcomeLabel outcome={run.outcome} />
      {run.result && <span className="gh-note">result {run.result}</span>}
    </div>
  );
}
