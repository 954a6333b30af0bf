import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '../../components/ErrorState';
import { Moment } from '../../components/Moment';
import { Rows } from '../../components/Rows';
import { StatusWord } from '../../components/StatusWord';
import { TestName } from '../../components/TestName';
import { ViewLink } from '../../components/ViewLink';
import { plural } from '../../lib/format';
import { FAILURES, runPath } from '../../lib/paths';
import { Message } from './parts';
import { failuresQuery, type Only, UNFOLDED } from './queries';
import type { FailuresView } from './useFailures';

interface Props {
  view: FailuresView;
  only: Only;
}

/** The newest failures of one test or with one message, each leading to its traceback. */
export function FailureList({ view, only }: Props) {
  const { data, error, refetch } = useQuery(failuresQuery(view, only, UNFOLDED));
  if (error) return <ErrorState what="The failures" error={error} onRetry={() => refetch()} />;
  if (!data) return <Rows count={3} label="the failures" />;
  const ofTest = only.test !== undefined;
  const { q, message } = view.own;
  // An empty word would say nothing in an address: such results can only be found among the others.
  const all = ofTest ? { test: only.test } : only.whole_message ? { says: only.whole_message } : undefined;
  return (
    <>
      <ul className="gh-failed-results">
        {data.failures.map(({ run, ...failure }) => (
          <li key={`${run.uuid} ${failure.test} ${failure.attempt}`}>
            <StatusWord status={failure.status} />
            <div className="gh-failed-result">
              <ViewLink to={runPath(run.uuid, failure.test)}>
                {ofTest ? run.job || run.uuid : <TestName name={failure.test} />}
              </ViewLink>
              <div className="gh-note">
                {[ofTest ? run.project : run.job, run.pipeline, run.change].filter((word) => word !== '').join(' · ')}
              </div>
              {ofTest && failure.message && <Message text={failure.message} />}
            </div>
            <Moment at={failure.started_at ?? run.started_at} relative />
          </li>
        ))}
      </ul>
      {data.total > data.failures.length && (
        <p className="gh-failure-more">
          {all ? (
            <ViewLink to={FAILURES} own={{ tab: 'results', q: q || undefined, message: message || undefined, ...all }}>
              All {plural(data.total, 'failure')}
            </ViewLink>
          ) : (
            <span className="gh-note">
              the newest {data.failures.length} of {plural(data.total, 'failure')}
            </span>
          )}
        </p>
      )}
    </>
  );
}
