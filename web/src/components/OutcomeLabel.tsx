import { Label } from '@patternfly/react-core';
import BanIcon from '@patternfly/react-icons/dist/dynamic/icons/ban-icon';
import CheckCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/check-circle-icon';
import ServerIcon from '@patternfly/react-icons/dist/dynamic/icons/server-icon';
import TimesCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/times-circle-icon';
import type { Outcome } from '../api/types';

/** How each outcome looks: its word, its colour among labels, its icon. */
export const OUTCOME_LOOKS = {
  pass: { word: 'Passed', color: 'blue', Icon: CheckCircleIcon },
  fail: { word: 'Failed', color: 'orangered', Icon: TimesCircleIcon },
  infra: { word: 'Infra failure', color: 'purple', Icon: ServerIcon },
  ignored: { word: 'Ignored', color: 'grey', Icon: BanIcon },
} as const;

/** The outcome of a run: in words, with an icon, in the colours of the charts. */
export function OutcomeLabel({ outcome }: { outcome: Outcome }) {
  const { word, color, Icon } = OUTCOME_LOOKS[outcome];
  return (
    <Label color={color} icon={<Icon />} data-testid="outcome">
      {word}
    </Label>
  );
}
