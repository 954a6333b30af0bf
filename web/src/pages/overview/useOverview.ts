import { SORTS } from '../../lib/groups';
import { list, ofListing, oneOf, text } from '../../lib/ownParams';
import { OUTCOME_SERIES } from '../../lib/series';
import { useView, type View } from '../../lib/useView';

const OWN = {
  key: text('project'), // what the runs are grouped by
  q: text(),
  sort: oneOf(SORTS, 'failure_rate'),
  dir: oneOf(['asc', 'desc'], 'desc'),
  hide: list(OUTCOME_SERIES), // series that the chart of runs leaves out
  open: ofListing(list()), // uuids of the failed runs that are unfolded
};

export type Overview = View<typeof OWN>;

/** The overview's state, held by the URL alone. */
export function useOverview(): Overview {
  return useView('overview', OWN);
}
