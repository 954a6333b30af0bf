import { Alert } from '@patternfly/react-core';
import type { SourceInShort, StatusAnswer } from '../api/types';
import { formatSpan, plural } from '../lib/format';
import { STATUS } from '../lib/paths';
import { STATE_LEVELS, troubled, waitingBuilds } from '../lib/sources';
import { Like } from './Like';
import { Moment } from './Moment';
import { ViewLink } from './ViewLink';

export const SILENCE = 24 * 3_600_000;

/** How fresh the data is, in the masthead. */
export function Freshness({ status, isLost }: { status: StatusAnswer | undefined; isLost: boolean }) {
  if (isLost) return <span className="gh-freshness gh-lost">the server does not answer</span>;
  if (!status) {
    return (
      <span className="gh-freshness">
        <Like>newest run xx min ago</Like>
      </span>
    );
  }
  return (
    <span className="gh-freshness" data-testid="freshness">
      {status.newest_run ? (
        <>
          newest run <Moment at={status.newest_run.started_at} relative />
        </>
      ) : (
        'no runs yet'
      )}
      <ToFetch sources={status.sources} />
    </span>
  );
}

/** How much of what is known to have ended is not here yet; nothing when all is. */
function ToFetch({ sources }: { sources: readonly SourceInShort[] }) {
  const builds = waitingBuilds(sources);
  if (builds === 0) return null;
  return (
    <ViewLink
      to={STATUS}
      className="gh-to-fetch"
      title="Builds that are known to have ended, and whose files are not fetched yet"
    >
      {plural(builds, 'build')} to fetch
    </ViewLink>
  );
}

/** A line for each source that cannot be listed, or is behind: what the pages show is not all there is. */
export function SourceTrouble({ status }: { status: StatusAnswer | undefined }) {
  return troubled(status?.sources ?? []).map((source) => (
    <Alert
      key={source.name}
      variant={STATE_LEVELS[source.state]}
      isInline
      isPlain
      className="gh-source-trouble"
      data-testid="source-trouble"
      title={
        <>
          {source.state === 'failing' && source.failing_since ? (
            <>
              Source {source.name} cannot be listed since <Moment at={source.failing_since} />
            </>
          ) : (
            `Source ${source.name} is behind by ${formatSpan(source.lag_seconds ?? 0)}`
          )}
          : newer runs are missing. <ViewLink to={STATUS}>Status</ViewLink>
        </>
      }
    />
  ));
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
