import { Alert } from '@patternfly/react-core';
import type { StatusAnswer } from '../api/types';
import { Moment } from './Moment';

export const SILENCE = 24 * 3_600_000;

/** How fresh the data is, in the masthead. */
export function Freshness({ status, isLost }: { status: StatusAnswer | undefined; isLost: boolean }) {
  if (isLost) return <span className="gh-freshness gh-lost">the server does not answer</span>;
  if (!status) return null;
  return (
    <span className="gh-freshness" data-testid="freshness">
      {status.newest_run ? (
        <>
          newest run <Moment at={status.newest_run.started_at} relative />
        </>
      ) : (
        'no runs yet'
      )}
    </span>
  );
}

/** A warning when no run has come for a day: the collection is more likely broken than the gate idle. */
export function SilenceWarning({ status }: { status: StatusAnswer | undefined }) {
  const newest = status?.newest_run;
  if (!status || !newest || Date.parse(status.now) - Date.parse(newest.started_at) <= SILENCE) return null;
  return (
    <Alert
      variant="warning"
      isInline
      className="gh-banner"
      title="No new runs for more than a day"
      data-testid="silence-warning"
    >
      The newest run is of <Moment at={newest.started_at} />. The collection of results may have stopped.
    </Alert>
  );
}
