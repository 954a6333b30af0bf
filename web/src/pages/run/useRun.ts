import { integer, list, oneOf, text } from '../../lib/ownParams';
import { RESULT_SORTS, STATUSES } from '../../lib/results';
import { useView, type View } from '../../lib/useView';

const OWN = {
  status: list(STATUSES), // none: all
  q: text(),
  sort: oneOf(RESULT_SORTS, 'status'),
  dir: oneOf(['asc', 'desc'], 'asc'),
  page: integer(0), // from 1; 0: the page of the first unfolded test, else the first
  span: text(), // what the timeline shows, in seconds from the start of the first test: '12~34.5'; none: all of it
  test: list(), // names of the tests that are unfolded
};

export type RunView = View<typeof OWN>;

/** The state of the run's page, held by the URL alone. */
export function useRun(): RunView {
  return useView('run', OWN);
}
