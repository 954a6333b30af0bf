import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import type { ReactNode } from 'react';
import { formatMoment } from '../lib/format';
import { longerPeriod } from '../lib/period';
import type { SharedView } from '../lib/useView';
import { isFiltered, withoutFilters } from '../lib/viewState';
import { useZone } from '../lib/zone';
import { type Searches, setSearches } from './filterbar/ActiveFilters';

interface Props {
  view: SharedView;
  title: string; // "No failures"
  search?: Searches; // the page's own, as its filter bar has them
  children?: ReactNode; // more about why
}

/** Why a list of a period is empty, with what may fill it: fewer filters, a longer period. */
export function EmptyNote({ view: { state, window, update }, title, search, children }: Props) {
  const zone = useZone();
  const searches = setSearches(search);
  const filtered = isFiltered(state) || searches.length > 0;
  const withoutAny = () => Object.assign(withoutFilters(), ...searches.map(({ patch }) => patch));
  const longer = window.isExact ? undefined : longerPeriod(window.period);
  return (
    <EmptyState titleText={title} headingLevel="h3" icon={SearchIcon} variant="sm">
      <EmptyStateBody>
        None between {formatMoment(window.from, zone)} and {formatMoment(window.until, zone)}
        {filtered && `, under the ${searches.length > 0 ? 'search and filters' : 'filters'} that are set`}. {children}
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
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
