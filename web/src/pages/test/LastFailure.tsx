import { useQuery } from '@tanstack/react-query';
import { Like } from '../../components/Like';
import { Moment } from '../../components/Moment';
import { ViewLink } from '../../components/ViewLink';
import { runPath } from '../../lib/paths';
import { failuresQuery } from './queries';
import type { TestView } from './useTest';

/** When and where the test failed last, a click away from its traceback. */
export function LastFailure(view: TestView) {
  const { data } = useQuery(failuresQuery(view, 0));
  const last = data?.failures[0];
  if (!last)
    return data ? 'No failure in this period' : <Like>Failed last xx min ago in a run of some-job-or-other</Like>;
  return (
    <span data-testid="last-failure">
      Failed last <Moment at={last.run.started_at} relative /> in{' '}
      <ViewLink to={runPath(last.run.uuid, last.test)}>a run of {last.run.job || 'an unnamed job'}</ViewLink>
    </span>
  );
}
