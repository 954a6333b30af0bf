import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { statusQuery } from '../api/queries';
import { formatMoment } from '../lib/format';
import { afterHour, longerPeriod } from '../lib/period';
import type { SharedView } from '../lib/useView';
import { isFiltered, withoutFilters } from '../lib/viewState';
import { useZone } from '../lib/zone';
import { EmptyDatabase } from './EmptyDatabase';
import { type Searches, setSearches } from './filterbar/ActiveFilters';

interface Props {
  view: SharedView;
  title: string; // "No failures"
  level?: 'h2' | 'h3';
  search?: Searches; // the page's own, as its filter bar has them
  children?: ReactNode; // more about why
}

/** Why a list of a period is empty, with what may fill it: fewer filters, a longer period, the time of the newest run. */
export function EmptyNote({ view: { state, window, update }, title, level = 'h3', search, children }: Props) {
  const zone = useZone();
  const status = useQuery(statusQuery).data;
  if (status?.runs === 0) return <EmptyDatabase level={level} sources={status.sources} />;
  const newest = status?.newest_run && new Date(status.newest_run.started_at);
  const isOutside = newest && (newest < window.from || newest >= window.until);
  const searches = setSearches(search);
  const filtered = isFiltered(state) || searches.length > 0;
  const withoutAny = () => Object.assign(withoutFilters(), ...searches.map(({ patch }) => patch));
  const longer = window.isExact ? undefined : longerPeriod(window.period);
  return (
    <EmptyState titleText={title} headingLevel={level} icon={SearchIcon} variant="sm" data-testid="empty-note">
      <EmptyStateBody>
        None between {formatMoment(window.from, zone)} and {formatMoment(window.until, zone)}
        {filtered && `, under the ${searches.length > 0 ? 'search and filters' : 'filters'} that are set`}. {children}
        {isOutside && ` The newest run of all is of ${formatMoment(newest, zone)}.`}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          {filtered && (
            <Button variant="primary" onClick={() => update(withoutAny())}>
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
