import { flag, integer, ofListing, oneOf, text } from '../../lib/ownParams';
import { useView, type View } from '../../lib/useView';

export const ORDERS = ['failure_rate', 'failed', 'n', 'mean_seconds', 'name'] as const; // as the API sorts tests
export const TREE_SORTS = ['part', 'tests', 'failed', 'failure_rate'] as const;
export const LIMITS = [50, 100, 250, 500, 1000] as const;

const OWN = {
  tab: oneOf(['list', 'tree'], 'list'),
  prefix: text(), // the node of the tree that is shown; one that is not the root shows the tree
  contains: text(),
  q: text(),
  regex: flag(), // whether the empty search field is one for a pattern
  sort: oneOf(ORDERS, 'failure_rate'),
  dir: oneOf(['asc', 'desc'], 'desc'),
  treeSort: oneOf(TREE_SORTS, 'part'),
  treeDir: oneOf(['asc', 'desc'], 'asc'),
  limit: integer(LIMITS[0], 1, LIMITS[4]),
  offset: ofListing(integer(0)),
};

export type TestsView = View<typeof OWN>;

/** The state of the page of tests, held by the URL alone. */
export function useTests(): TestsView {
  return useView('tests', OWN);
}

export function isTree({ tab, prefix }: TestsView['own']): boolean {
  return tab === 'tree' || prefix !== '';
}
