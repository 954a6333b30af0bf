import { useParams } from 'react-router';
import { flag, integer, list, ofListing, oneOf, text } from '../../lib/ownParams';
import { OUTCOME_SERIES } from '../../lib/series';
import { useView, type View } from '../../lib/useView';
import type { Fixed } from '../../lib/viewState';

export const TABS = ['summary', 'grid'] as const;
export type Tab = (typeof TABS)[number];

export const TEST_SORTS = ['name', 'failed', 'failure_rate', 'mean_seconds'] as const;
export type TestSort = (typeof TEST_SORTS)[number];

export const PER_PAGE = ['25', '50', '100'] as const;
export const RESULT_SERIES = ['passed', 'failed', 'skipped', 'incomplete'] as const;
export type ResultSeriesName = (typeof RESULT_SERIES)[number];

/** How many runs the grid shows side by side. */
export const GRID_RUNS = ['50', '100', '200', '500'] as const;

const OWN = {
  tab: oneOf(TABS, 'summary'),
  q: text(), // the tests' names, in the table and in the grid
  sort: oneOf(TEST_SORTS, 'failure_rate'),
  dir: oneOf(['asc', 'desc'], 'desc'),
  limit: oneOf(PER_PAGE, '50'),
  offset: ofListing(integer(0)),
  runs: ofListing(integer(0)), // offset among the recent runs
  times: list(OUTCOME_SERIES), // outcomes that the chart of run times leaves out
  outcomes: list(OUTCOME_SERIES), // and the chart of runs
  statuses: list(RESULT_SERIES), // what the chart of results leaves out
  order: oneOf(['failing', 'name'], 'failing'), // of the grid's tests
  failing: flag(), // only tests that failed in the grid's runs
  results: flag(), // only runs that have results
  columns: oneOf(GRID_RUNS, '50'), // runs that the grid shows
  older: ofListing(integer(0)), // newer runs that the grid has left behind
};
const FIXED: Fixed = ['job'];

export interface JobView extends View<typeof OWN> {
  job: string;
}

/** The job's page, held by its URL alone. */
export function useJob(): JobView {
  const { '*': job = '' } = useParams();
  return { job, ...useView('job', OWN, FIXED) };
}
