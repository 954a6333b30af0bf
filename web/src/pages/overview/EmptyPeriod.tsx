import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { useQuery } from '@tanstack/react-query';
import { statusQuery } from '../../api/queries';
import type { SourceInShort } from '../../api/types';
import { ViewLink } from '../../components/ViewLink';
import { formatMoment } from '../../lib/format';
import { STATUS } from '../../lib/paths';
import { afterHour, longerPeriod } from '../../lib/period';
import { isFiltered, withoutFilters } from '../../lib/viewState';
import { useZone } from '../../lib/zone';
import type { Overview } from './useOverview';

/** Why the overview has nothing to show, and what to do about it. */
export function EmptyPeriod({ state, own, window, update }: Overview) {
  const zone = useZone();
  const status = useQuery(statusQuery).data;
  if (status?.runs === 0) return <EmptyDatabase sources={status.sources} />;
  const newest = status?.newest_run && new Date(status.newest_run.started_at);
  const isOutside = newest && (newest < window.from || newest >= window.until);
  const longer = window.isExact ? undefined : longerPeriod(window.period);
  const filtered = isFiltered(state) || own.q !== '';
  return (
    <EmptyState titleText="No runs" headingLevel="h2" icon={SearchIcon} variant="sm" data-testid="empty-period">
      <EmptyStateBody>
        No run{filtered && ' that the filters let through'} started between {formatMoment(window.from, zone)} and{' '}
        {formatMoment(window.until, zone)}.{newest && ` The newest run known is of ${formatMoment(newest, zone)}.`}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          {filtered && (
            <Button variant="primary" onClick={() => update({ ...withoutFilters(), q: '' })}>
              Clear filters
            </Button>
          )}
          {longer && (
            <Button
              variant={filtered ? 'secondary' : 'primary'}
              onClick={() => update({ period: longer.code, resolution: undefined })}
            >
              Show {longer.label}
            </Button>
          )}
          {isOutside && (
            <Button
              variant="secondary"
              onClick={() => update({ from: undefined, to: undefined, end: afterHour(newest), resolution: undefined })}
            >
              Go to the newest run
            </Button>
          )}
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

function EmptyDatabase({ sources }: { sources: readonly SourceInShort[] }) {
  const collected = sources.filter(({ state }) => state !== 'left').map(({ name }) => name);
  return (
    <EmptyState titleText="No runs yet" headingLevel="h2" variant="sm" data-testid="empty-database">
      <EmptyStateBody>
        {collected.length > 0 && (
          <>
            Builds are collected from {collected.join(', ')}: see <ViewLink to={STATUS}>how far that is</ViewLink>.{' '}
          </>
        )}
        Send the results of a run with <code>gatehealth ingest FILE...</code> (subunit or JUnit XML), or through{' '}
        <a href="/api/docs">the API</a>. It shows here within seconds.
        {collected.length === 0 && (
          <>
            {' '}
            Or let runs be collected from a CI system: <ViewLink to={STATUS}>how to name one</ViewLink>.
          </>
        )}
      </EmptyStateBody>
    </EmptyState>
  );
}
