import type { Search } from '../../components/filterbar/ActiveFilters';
import type { FailuresView } from './useFailures';

/** What the failures are narrowed to, as the filter bar names it. */
export function searchesOf({ own }: FailuresView): Search[] {
  if (own.tab === 'runs') return [{ of: 'Job', text: own.jobs, patch: { jobs: '', offset: 0 } }];
  const searches: Search[] = [
    { of: 'Test', text: own.q, patch: { q: '', offset: 0 } },
    { of: 'Message', how: 'contains', text: own.message, patch: { message: '', offset: 0 } },
  ];
  if (own.tab !== 'results') return searches;
  return [
    ...searches,
    { of: 'Test', how: 'is', text: own.test, patch: { test: '', offset: 0 } },
    { of: 'Message', how: 'is', text: own.says, patch: { says: '', offset: 0 } },
  ];
}
