import { useQuery } from '@tanstack/react-query';
import { EmptyNote } from '../../components/EmptyNote';
import { ErrorState } from '../../components/ErrorState';
import { Panel } from '../../components/Panel';
import { knownJobQuery } from './queries';
import type { JobView } from './useJob';

/** Why the page has nothing to show: the job did not run in the period, or nobody has ever seen it. */
export function NoRuns({ view }: { view: JobView }) {
  const { error, refetch } = useQuery(knownJobQuery(view.job));
  return (
    <Panel title="Runs" testId="no-runs">
      {error ? (
        <ErrorState what="This job" error={error} onRetry={() => refetch()} />
      ) : (
        <EmptyNote view={view} title="No runs of this job" />
      )}
    </Panel>
  );
}
