/** The questions of a run's page. What is known of a run rarely changes: but for its neighbours and attempts, nothing is asked again with new data. */
import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { LIVE } from '../../api/queries';

const WAITING_INTERVAL = 10_000;

export function runQuery(uuid: string) {
  return queryOptions({
    queryKey: ['run', uuid],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}', { params: { path: { uuid } }, signal })),
    // Of a run whose files have not been fetched, more will be known soon.
    refetchInterval: ({ state }) => (state.data?.build?.waiting ? WAITING_INTERVAL : false),
  });
}

/** The attempts at the same, of which later ones may still come. */
export function attemptsQuery(uuid: string) {
  return queryOptions({
    queryKey: [LIVE, 'attempts', uuid],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}/attempts', { params: { path: { uuid } }, signal })),
  });
}

const BEFORE = 40; // runs of the job
const AFTER = 10;

/** The run among those of its job around it; later ones come as time goes on. */
export function neighboursQuery(uuid: string) {
  const query = { before: BEFORE, after: AFTER };
  return queryOptions({
    queryKey: [LIVE, 'neighbours', uuid],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/runs/{uuid}/neighbours', { params: { path: { uuid }, query }, signal })),
  });
}
