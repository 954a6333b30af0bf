import { Alert } from '@patternfly/react-core';
import type { RunFacts } from '../../api/types';
import { OutsideLink } from '../../components/OutsideLink';
import { meaningOf } from '../../lib/resultWords';

const TITLES: Record<RunFacts['outcome'], string> = {
  infra: 'Not the tests failed, but what runs them',
  ignored: 'This run counts neither as passed nor as failed',
  fail: 'This run failed',
  pass: '',
};

/** Says what became of a run whose tests do not tell it. */
export function Verdict({ run }: { run: RunFacts }) {
  const meaning = meaningOf(run.result);
  const isTold = run.outcome === 'pass' || (run.outcome === 'fail' && !meaning && run.counts.total > 0);
  if (isTold) return null;
  return (
    <Alert
      variant={run.outcome === 'ignored' ? 'info' : 'warning'}
      isInline
      title={`${TITLES[run.outcome]}${run.result ? `: ${run.result}` : ''}`}
      data-testid="verdict"
      actionLinks={run.log_url ? <OutsideLink address={run.log_url}>Logs</OutsideLink> : undefined}
    >
      {meaning ?? (run.result ? 'This is the CI system’s own word.' : 'The CI system did not say why.')}
      {!run.log_url && ' No logs are known.'}
    </Alert>
  );
}
