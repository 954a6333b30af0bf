/** The questions of the page of tests. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { filterWords, LIVE } from '../../api/queries';
import type { TestsView } from './useTests';

export function totalsQuery({ state, own, window }: TestsView) {
  const query = {
    ...filterWords(state, window),
    q: own.q || undefined,
    contains: own.contains || undefined,
    order: own.sort,
    direction: own.dir,
    limit: own.limit,
    offset: own.offset,
  };
  return queryOptions({
    queryKey: [LIVE, 'tests', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

export function treeQuery({ state, own, window }: TestsView) {
  const query = {
    ...filterWords(state, window),
    prefix: own.prefix || undefined,
    limit: own.limit,
    offset: own.offset,
  };
  return queryOptions({
    queryKey: [LIVE, 'tests', 'tree', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tests/tree', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
