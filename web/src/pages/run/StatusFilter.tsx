import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { STATUS_WORDS } from '../../components/StatusWord';
import { formatCount } from '../../lib/format';
import { STATUSES, type Status } from '../../lib/results';

interface Props {
  counts: Record<Status, number>;
  chosen: readonly Status[]; // none: all
  onChange: (chosen: Status[]) => void;
}

/** Chooses statuses; each says how many results have it. Statuses that no result has are left out. */
export function StatusFilter({ counts, chosen, onChange }: Props) {
  const total = STATUSES.reduce((sum, status) => sum + counts[status], 0);
  return (
    <ToggleGroup aria-label="Statuses shown" isCompact className="gh-status-filter">
      <ToggleGroupItem
        text={`All ${formatCount(total)}`}
        buttonId="status-all"
        isSelected={chosen.length === 0}
        onChange={() => onChange([])}
      />
      {STATUSES.filter((status) => counts[status] > 0 || chosen.includes(status)).map((status) => (
        <ToggleGroupItem
          key={status}
          text={`${STATUS_WORDS[status].word} ${formatCount(counts[status])}`}
          buttonId={`status-${status}`}
          isSelected={chosen.includes(status)}
          onChange={(_event, isChosen) =>
            onChange(STATUSES.filter((other) => (other === status ? isChosen : chosen.includes(other))))
          }
        />
      ))}
    </ToggleGroup>
  );
}
