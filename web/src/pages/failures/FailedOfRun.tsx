import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { resultsQuery } from '../../api/queries';
import type { RunSummary } from '../../api/types';
import { ErrorState } from '../../components/ErrorState';
import { FailedResults } from '../../components/FailedResults';
import { Rows } from '../../components/Rows';
import { filterRows, rowsOf, sortRows } from '../../lib/results';

const MOST = 50; // results listed: the run's page has the others

/** What failed in one run; a run of which no result failed is not asked about. */
export function FailedOfRun({ run }: { run: RunSummary }) {
  const bad = run.counts.failed + run.counts.incomplete;
  const { data, error, refetch } = useQuery({ ...resultsQuery(run.uuid), enabled: bad > 0 });
  const failed = useMemo(() => {
    const rows = data && filterRows(rowsOf(data, run.started_at), ['fail', 'uxsuccess', 'incomplete']);
    return rows && sortRows(rows, 'test', false).slice(0, MOST);
  }, [data, run.started_at]);
  if (bad === 0) return <FailedResults run={run} failed={[]} />;
  if (error) return <ErrorState what="The failed results" error={error} onRetry={() => refetch()} />;
  if (!failed) return <Rows count={Math.min(bad, 3)} label="the failed results" />;
  return <FailedResults run={run} failed={failed} />;
}
