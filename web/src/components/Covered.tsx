import { Alert } from '@patternfly/react-core';
import { Moment } from './Moment';

interface Props {
  covered: { since: string; until: string; complete: boolean } | undefined;
}

/** Says when an answer is of a part of the period only, because the results before it have expired. */
export function Covered({ covered }: Props) {
  if (!covered || covered.complete) return null;
  const isEmpty = covered.since >= covered.until;
  return (
    <Alert
      variant="info"
      isInline
      isPlain
      data-testid="covered"
      title={
        isEmpty ? (
          'The results of this period have expired. Choose a later period to see results.'
        ) : (
          <>
            Results of before <Moment at={covered.since} /> have expired: shown is what came from then on.
          </>
        )
      }
    />
  );
}
