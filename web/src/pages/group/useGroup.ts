import { useMemo } from 'react';
import { useParams } from 'react-router';
import { integer, list, ofListing, oneOf, text } from '../../lib/ownParams';
import { OUTCOME_SERIES } from '../../lib/series';
import { useView, type View } from '../../lib/useView';
import { FILTERS, type Fixed } from '../../lib/viewState';

export const JOB_SORTS = ['job', 'passed', 'failed', 'infra', 'failure_rate', 'median', 'mean', 'newest'] as const;

const OWN = {
  q: text(), // a pattern that jobs' names must contain
  sort: oneOf(JOB_SORTS, 'failure_rate'),
  dir: oneOf(['asc', 'desc'], 'desc'),
  jobs: ofListing(integer(0)), // the first job shown
  runs: ofListing(integer(0)), // the first run shown
  hide: list(OUTCOME_SERIES), // series that the chart of runs leaves out
};

export interface GroupView extends View<typeof OWN> {
  grouping: string; // the key; not called so, for React takes that word out of properties
  value: string; // '': the runs that do not have the key
}

const FIXABLE: Fixed = [...FILTERS, 'voting'];

/** The group that the path names, and the page's state, which the URL alone holds. */
export function useGroup(): GroupView {
  const { key: grouping = '', '*': value = '' } = useParams();
  const fixed = useMemo(() => FIXABLE.filter((name) => name === grouping), [grouping]);
  const view = useView('group', OWN, fixed);
  return { ...view, grouping, value };
}
