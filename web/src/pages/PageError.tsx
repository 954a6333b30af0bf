import { useRouteError } from 'react-router';
import { ErrorState } from '../components/ErrorState';

/** What stands in a page's place when its code could not be loaded or broke. */
export function PageError() {
  const error = useRouteError();
  return (
    <ErrorState
      what="This page"
      error={error instanceof Error ? error : new Error(String(error))}
      onRetry={() => window.location.reload()}
    />
  );
}
