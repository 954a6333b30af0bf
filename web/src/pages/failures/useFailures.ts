import { integer, list, ofListing, oneOf, text } from '../../lib/ownParams';
import { useView, type View } from '../../lib/useView';
import { RUNS_LISTED } from './queries';

export const TABS = ['tests', 'messages', 'runs', 'results'] as const;
export type Tab = (typeof TABS)[number];
export const ORDERS = ['failures', 'runs'] as const; // as the API sorts failing tests

const OWN = {
  tab: oneOf(TABS, 'tests'),
  q: text(), // a pattern that tests' names must contain
  message: text(), // words that messages must contain
  sort: oneOf(ORDERS, 'failures'),
  test: text(), // the one test whose failures are listed
  says: text(), // the one whole message that the failures listed have
  jobs: text(), // a pattern that the jobs' names of failed runs must contain
  listed: ofListing(oneOf(RUNS_LISTED, '100')), // how many of the newest failed runs
  offset: ofListing(integer(0)),
  open: ofListing(list()), // what is unfolded: tests, messages, uuids of runs
};

export type FailuresView = View<typeof OWN>;

/** The state of the page of failures, held by the URL alone. */
export function useFailures(): FailuresView {
  return useView('failures', OWN);
}

/** What unfolds a row or folds it up again. */
export function togglesOf({ own, update }: FailuresView) {
  return {
    isOpen: (key: string) => own.open.includes(key),
    onToggle: (key: string) =>
      update({ open: own.open.includes(key) ? own.open.filter((other) => other !== key) : [...own.open, key] }, true),
  };
}
