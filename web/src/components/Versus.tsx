import ArrowDownIcon from '@patternfly/react-icons/dist/dynamic/icons/arrow-down-icon';
import ArrowUpIcon from '@patternfly/react-icons/dist/dynamic/icons/arrow-up-icon';
import EqualsIcon from '@patternfly/react-icons/dist/dynamic/icons/equals-icon';
import type { Change } from '../lib/compare';

const ICONS = { up: ArrowUpIcon, down: ArrowDownIcon, same: EqualsIcon };

/** How a number differs from that of the period before: an arrow and words; coloured where it is plainly better or worse. */
export function Versus({ change, title }: { change: Change; title?: string }) {
  const Icon = ICONS[change.direction];
  return (
    <span className={`gh-versus ${change.verdict ? `gh-versus-${change.verdict}` : ''}`} title={title}>
      <Icon aria-hidden="true" /> {change.words}
    </span>
  );
}
