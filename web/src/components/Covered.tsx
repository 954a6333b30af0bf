import InfoCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/info-circle-icon';
import { Moment } from './Moment';

interface Props {
  covered: { since: string; until: string; complete: boolean } | undefined; // as the API's answers have it
}

/** Says when an answer is of a part of the period only, because the results before it have expired. */
export function Covered({ covered }: Props) {
  if (!covered || covered.complete) return null;
  return (
    <p className="gh-covered" role="status" data-testid="covered">
      <InfoCircleIcon className="gh-level-icon-info" aria-hidden="true" />{' '}
      {Date.parse(covered.since) >= Date.parse(covered.until) ? (
        'The results of this period have expired. Choose a later period to see results.'
      ) : (
        <>
          Results of before <Moment at={covered.since} /> have expired: shown is what came from then on.
        </>
      )}
    </p>
  );
}
