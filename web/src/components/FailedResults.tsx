import type { RunSummary } from '../api/types';
import { formatSeconds, plural } from '../lib/format';
import { runPath } from '../lib/paths';
import type { ResultRow } from '../lib/results';
import { PlainText } from './PlainText';
import { StatusWord } from './StatusWord';
import { TestName } from './TestName';
import { ViewLink } from './ViewLink';

type Failed = Pick<ResultRow, 'test' | 'attempt' | 'status' | 'message' | 'seconds'>;

/** The failed results of one run, each leading to its place on the run's page. */
export function FailedResults({ run, failed }: { run: RunSummary; failed: readonly Failed[] }) {
  if (failed.length === 0) {
    return (
      <p>
        No test failed{run.result && `: the run's result is ${run.result}`}.{' '}
        <ViewLink to={runPath(run.uuid)}>To the run</ViewLink>
      </p>
    );
  }
  const left = run.counts.failed + run.counts.incomplete - failed.length;
  return (
    <>
      <ul className="gh-failed-results">
        {failed.map((result) => (
          <li key={`${result.test}~${result.attempt}`}>
            <StatusWord status={result.status} />
            <div className="gh-failed-result">
              <ViewLink to={runPath(run.uuid, result.test)}>
                <TestName name={result.test} />
              </ViewLink>
              {result.message && (
                <div className="gh-message" title={result.message}>
                  <PlainText text={result.message} />
                </div>
              )}
            </div>
            <span className="gh-number">{formatSeconds(result.seconds)}</span>
          </li>
        ))}
      </ul>
      {left > 0 && <ViewLink to={runPath(run.uuid)}>{plural(left, 'further result')} on the run's page</ViewLink>}
    </>
  );
}
