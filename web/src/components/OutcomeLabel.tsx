import { Label } from '@patternfly/react-core';
import BanIcon from '@patternfly/react-icons/dist/dynamic/icons/ban-icon';
import CheckCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/check-circle-icon';
import RedoIcon from '@patternfly/react-icons/dist/dynamic/icons/redo-icon';
import ServerIcon from '@patternfly/react-icons/dist/dynamic/icons/server-icon';
import TimesCircleIcon from '@patternfly/react-icons/dist/dynamic/icons/times-circle-icon';
import type { Outcome } from '../api/types';
import { isRetried, meaningOf, outcomeWord, saysMore } from '../lib/resultWords';

/** How each outcome looks: its colour among labels, its icon. */
const LOOKS = {
  pass: { color: 'blue', Icon: CheckCircleIcon },
  fail: { color: 'orangered', Icon: TimesCircleIcon },
  infra: { color: 'purple', Icon: ServerIcon },
  ignored: { color: 'grey', Icon: BanIcon },
} as const;
const RETRIED = { color: 'grey', Icon: RedoIcon } as const;

/** How the end of a run looks. A run that was tried again is told from those that nobody wanted to its end. */
export function lookOf(outcome: Outcome, result = '') {
  return outcome === 'ignored' && isRetried(result) ? RETRIED : LOOKS[outcome];
}

interface Props {
  outcome: Outcome;
  result?: string; // the CI system's own word
}

/** The outcome of a run: in words, with an icon, in the colours of the charts. */
export function OutcomeLabel({ outcome, result }: Props) {
  const { color, Icon } = lookOf(outcome, result);
  return (
    <Label color={color} icon={<Icon />} data-testid="outcome">
      {outcomeWord(outcome, result)}
    </Label>
  );
}

/** The outcome, and the CI system's own word where it says more: infra failures differ, and TIMED_OUT is no test's fault. */
export function OutcomeWithWord({ outcome, result }: Required<Props>) {
  return (
    <span className="gh-outcome" title={meaningOf(result)}>
      <OutcomeLabel outcome={outcome} result={result} />
      {saysMore(outcome, result) && (
        <span className="gh-note gh-break" data-testid="result-word">
          {result}
        </span>
      )}
    </span>
  );
}
