import BanIcon from '@patternfly/react-icons/dist/dynamic/icons/ban-icon';
import CheckCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/check-circle-icon';
import ExclamationCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/exclamation-circle-icon';
import FlagIcon from '@patternfly/react-icons/dist/dynamic/icons/flag-icon';
import HourglassHalfIcon from '@patternfly/react-icons/dist/dynamic/icons/hourglass-half-icon';
import TimesCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/times-circle-icon';
import type { Status } from '../lib/results';

export const STATUS_WORDS: Record<Status, { word: string; explained: string }> = {
  success: { word: 'Passed', explained: 'The test passed' },
  fail: { word: 'Failed', explained: 'The test failed' },
  skip: { word: 'Skipped', explained: 'The test was skipped' },
  xfail: { word: 'Expected failure', explained: 'The test failed as it was expected to; counts as passed' },
  uxsuccess: {
    word: 'Unexpected success',
    explained: 'The test passed though it was expected to fail; counts as failed',
  },
  incomplete: { word: 'Incomplete', explained: 'The test started and never ended' },
};

const ICONS: Record<Status, typeof BanIcon> = {
  success: CheckCircleIcon,
  fail: TimesCircleIcon,
  skip: BanIcon,
  xfail: FlagIcon,
  uxsuccess: ExclamationCircleIcon,
  incomplete: HourglassHalfIcon,
};

/** The status of a result: an icon and a word, in the status's colour. */
export function StatusWord({ status }: { status: Status }) {
  const Icon = ICONS[status];
  const { word, explained } = STATUS_WORDS[status];
  return (
    <span className={`gh-status gh-status-${status}`} title={explained}>
      <Icon aria-hidden="true" /> <span className="gh-status-word">{word}</span>
    </span>
  );
}
