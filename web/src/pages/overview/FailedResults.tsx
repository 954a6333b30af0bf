import { Link } from 'react-router';
import type { RecentFailure, RunSummary } from '../../api/types';
import { PlainText } from '../../components/PlainText';
import { StatusWord } from '../../components/StatusWord';
import { TestName } from '../../components/TestName';
import { formatSeconds, plural } from '../../lib/format';

/** The failed results of one run, each leading to its place on the run's page. */
export function FailedResults({ run, failed }: { run: RunSummary; failed: RecentFailure['failed'] }) {
  if (failed.length === 0) {
    return (
      <p>
        No test failed{run.result && `: the run's result is ${run.result}`}.{' '}
        <Link to={`/run/${run.uuid}`}>To the run</Link>
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
              <Link to={`/run/${run.uuid}?${new URLSearchParams({ test: result.test })}`}>
                <TestName name={result.test} />
              </Link>
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
      {left > 0 && <Link to={`/run/${run.uuid}`}>{plural(left, 'further result')} on the run's page</Link>}
    </>
  );
}
