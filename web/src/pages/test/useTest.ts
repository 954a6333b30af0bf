import { FOLDED } from '../../lib/folded';
import { integer, list, ofListing, oneOf, text } from '../../lib/ownParams';
import { useView, type View } from '../../lib/useView';

export const BREAKDOWN_SORTS = ['value', 'passed', 'failed', 'skipped', 'rate', 'mean'] as const;

const OWN = {
  test: text(),
  hide: list(FOLDED), // statuses that the charts leave out
  bars: oneOf(['stacked', 'grouped'], 'stacked'),
  by: text('job'), // what the breakdown is by
  sort: oneOf(BREAKDOWN_SORTS, 'rate'),
  dir: oneOf(['asc', 'desc'], 'desc'),
  failures: oneOf(['each', 'messages'], 'each'), // one by one, or equal messages together
  offset: ofListing(integer(0)), // of the failures
  open: ofListing(list()), // failures or messages that are unfolded
};

export type TestView = View<typeof OWN>;

/** The state of the test's page, held by the URL alone. */
export function useTest(): TestView {
  return useView('test', OWN);
}
