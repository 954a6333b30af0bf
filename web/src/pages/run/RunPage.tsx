import { Skeleton } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import type { RunFacts } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { OutcomeLabel } from '../../components/OutcomeLabel';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { usePageTitle } from '../../lib/hooks';
import { jobPath } from '../../lib/paths';
import { Facts } from './Facts';
import { runQuery } from './queries';
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
      <Breadcrumb above={run?.job ? [{ label: run.job, to: jobPath(run.job) }] : []} here="Run" />
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
    <PageHeader
      title={run.job || 'Run of an unnamed job'}
      mark={<OutcomeLabel outcome={run.outcome} />}
      sub={run.result && `result ${run.result}`}
    />
  );
}
