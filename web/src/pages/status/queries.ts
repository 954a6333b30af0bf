/** The status page's questions, beside the one that the frame asks. */
import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { LIVE } from '../../api/queries';

export const sourcesQuery = queryOptions({
  queryKey: [LIVE, 'sources'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/status/sources', { signal })),
  refetchInterval: 5_000, // builds are listed and fetched without the data changing
});

export const storeQuery = queryOptions({
  queryKey: [LIVE, 'store'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/status/store', { signal })),
  refetchInterval: 30_000, // room on the disk changes without the data
});
