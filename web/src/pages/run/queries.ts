/** The questions of a run's page. What is known of a run rarely changes: these are not asked again with new data. */
import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';

export function runQuery(uuid: string) {
  return queryOptions({
    queryKey: ['run', uuid],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}', { params: { path: { uuid } }, signal })),
  });
}

export function resultsQuery(uuid: string) {
  return queryOptions({
    queryKey: ['run', uuid, 'results'],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/runs/{uuid}/results', { params: { path: { uuid } }, signal })),
  });
}

/** The files of one result; without a test, those of the run itself. */
export function attachmentsQuery(uuid: string, test?: string, attempt = 0) {
  const query = test === undefined ? {} : { test, attempt };
  return queryOptions({
    queryKey: ['run', uuid, 'attachments', query],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/runs/{uuid}/attachments', { params: { path: { uuid }, query }, signal })),
  });
}
