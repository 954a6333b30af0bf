/** What quick find asks. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

const OF_EACH_KIND = 6;

export function findQuery(q: string) {
  const query = { q, limit: OF_EACH_KIND };
  return queryOptions({
    queryKey: ['find', query],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/find', { params: { query }, signal })),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
}
