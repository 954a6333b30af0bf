import { Skeleton } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import type { RunFacts } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { OutcomeWithWord } from '../../components/OutcomeLabel';
import { Breadcrumb, PageHeader } from '../../components/PageHeader';
import { Panel } from '../../components/Panel';
import { usePageTitle } from '../../lib/hooks';
import { jobPath } from '../../lib/paths';
import { Attempts } from './Attempts';
import { Facts } from './Facts';
import { FailedTask } from './FailedTask';
import { Place } from './Place';
import { runQuery } from './queries';
import { ResultCounts } from './ResultCounts';
import { ResultsPanel } from './ResultsPanel';
import { RunFiles } from './RunFiles';
import './run.css';
import { RunWarnings } from './RunWarnings';
import { Timeline } from './Timeline';
import { Verdict } from './Verdict';

/** One run: its facts, what is wrong with it, and all its results. */
export function RunPage() {
  const { uuid = '' } = useParams();
  const { data: run, error, refetch } = useQuery(runQuery(uuid));
  const [picks, setPicks] = useState(0); // how often the timeline has led to a result
  const hasResults = !run || run.counts.total > 0;
  usePageTitle(run ? `Run of ${run.job || 'an unnamed job'}` : 'Run');
  return (
    <>
      <Breadcrumb above={run?.job ? [{ label: run.job, to: jobPath(run.job) }] : []} here="Run" />
      <div className="gh-stack">
        {error ? (
          <>
            <PageHeader title="Run" />
            <Panel title="Facts">
              <ErrorState what="The run" error={error} onRetry={() => refetch()} />
            </Panel>
          </>
        ) : (
          <>
            <Heading run={run} />
            {run && <Verdict run={run} />}
            {run && <RunWarnings run={run} />}
            {run && <Attempts run={run} />}
            {run && <FailedTask run={run} />}
            {hasResults && <ResultCounts counts={run?.counts} />}
            <Facts run={run} />
            {run?.job && <Place run={run} />}
            {run && run.counts.total > 0 && <Timeline run={run} onPick={() => setPicks(picks + 1)} />}
            {run && <ResultsPanel run={run} picks={picks} />}
            {run && run.attachments > 0 && <RunFiles run={run} />}
          </>
        )}
      </div>
    </>
  );
}

function Heading({ run }: { run: RunFacts | undefined }) {
  if (!run) return <Skeleton height="2.5rem" width="24rem" screenreaderText="Loading the run" />;
  return (
    <PageHeader
      title={run.job || 'Run of an unnamed job'}
      mark={<OutcomeWithWord outcome={run.outcome} result={run.result} />}
    />
  );
}
