import { Alert } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { RunFacts } from '../../api/types';
import { OutsideLink } from '../../components/OutsideLink';
import { PlainText } from '../../components/PlainText';
import { ViewLink } from '../../components/ViewLink';
import { uncapitalised } from '../../lib/format';
import { runPath } from '../../lib/paths';
import { isRetried, meaningOf, outcomeWords } from '../../lib/resultWords';
import { attemptsOf } from './attemptsOf';
import { attemptsQuery } from './queries';

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
  const detail = run.metadata.error_detail;
  return (
    <Alert
      variant={run.outcome === 'ignored' ? 'info' : 'warning'}
      isInline
      title={`${TITLES[run.outcome]}${run.result ? `: ${run.result}` : ''}`}
      data-testid="verdict"
      actionLinks={run.log_url ? <OutsideLink address={run.log_url}>Logs</OutsideLink> : undefined}
    >
      {meaning ?? (run.result ? 'This is the CI system’s own word.' : 'The CI system did not say why.')}
      {isRetried(run.result) && <NextAttempt uuid={run.uuid} />}
      {!run.log_url && ' No logs are known.'}
      {detail && (
        <p data-testid="error-detail">
          The CI system says: <PlainText text={detail} />
        </p>
      )}
    </Alert>
  );
}

/** By which run a retried one was followed. */
function NextAttempt({ uuid }: { uuid: string }) {
  const { data } = useQuery(attemptsQuery(uuid));
  if (!data) return null;
  const { next } = attemptsOf(data.attempts, uuid);
  if (!next) return ' That run is not known here yet.';
  return (
    <>
      {' '}
      It was followed by <ViewLink to={runPath(next.uuid)}>attempt {next.number}</ViewLink>:{' '}
      {uncapitalised(outcomeWords(next.outcome, next.result))}.
    </>
  );
}
