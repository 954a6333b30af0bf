import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import type { ReactNode } from 'react';
import { formatMoment } from '../lib/format';
import { longerPeriod } from '../lib/period';
import type { SharedView } from '../lib/useView';
import { isFiltered, withoutFilters } from '../lib/viewState';
import { useZone } from '../lib/zone';

interface Props {
  view: SharedView;
  title: string; // "No failures"
  children?: ReactNode; // more about why
}

/** Why a list of a period is empty, with what may fill it: fewer filters, a longer period. */
export function EmptyNote({ view: { state, window, update }, title, children }: Props) {
  const zone = useZone();
  const filtered = isFiltered(state);
  const longer = window.isExact ? undefined : longerPeriod(window.period);
  return (
    <EmptyState titleText={title} headingLevel="h3" icon={SearchIcon} variant="sm">
      <EmptyStateBody>
        None between {formatMoment(window.from, zone)} and {formatMoment(window.until, zone)}
        {filtered && ', under the filters that are set'}. {children}
      </EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          {filtered && (
            <Button variant="primary" onClick={() => update(withoutFilters())}>
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
