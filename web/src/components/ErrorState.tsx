import { Button, EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import ExclamationCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/exclamation-circle-icon';
import { ApiError } from '../api/client';

interface Props {
  what: string; // what could not be shown, as "The failed runs"
  error: Error;
  onRetry: () => void;
}

function isUnknown(error: Error): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** Says what failed and why, and offers to try again. */
export function ErrorState({ what, error, onRetry }: Props) {
  return (
    <EmptyState
      variant="sm"
      status="danger"
      icon={ExclamationCircleIcon}
      titleText={isUnknown(error) ? `${what} is not known` : `${what} could not be loaded`}
      headingLevel="h3"
      role="alert"
    >
      <EmptyStateBody className="gh-break">{error.message}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="secondary" onClick={onRetry}>
            Retry
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
