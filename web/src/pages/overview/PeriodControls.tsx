import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { Choice } from '../../components/Choice';
import { formatLocal } from '../../lib/format';
import {
  bestResolution,
  DEFAULT_PERIOD,
  isSensible,
  PERIODS,
  periodLabel,
  RESOLUTIONS,
  type Resolution,
  type Window,
} from '../../lib/period';
import type { Overview } from './useOverview';

const PERIOD_OPTIONS = PERIODS.map(({ code, label }) => ({ value: code, label }));

export function PeriodChoice({ state, window, update }: Overview) {
  const period = state.period ?? DEFAULT_PERIOD;
  return (
    <Choice
      name="Period"
      shown={window.isExact ? exactLabel(window) : periodLabel(period)}
      value={window.isExact ? '' : period}
      options={PERIOD_OPTIONS}
      onChoose={(code) =>
        update({ period: code === DEFAULT_PERIOD ? undefined : code, from: undefined, to: undefined })
      }
    />
  );
}

export function ResolutionChoice({ window, update }: Overview) {
  const choose = (resolution: Resolution) =>
    update({ resolution: resolution === bestResolution(window.length) ? undefined : resolution });
  return (
    <ToggleGroup aria-label="Resolution" isCompact>
      {RESOLUTIONS.map(({ code, label }) => (
        <ToggleGroupItem
          key={code}
          text={label}
          buttonId={`resolution-${code}`}
          isSelected={window.resolution === code}
          isDisabled={!isSensible(code, window.length)}
          onChange={() => choose(code)}
        />
      ))}
    </ToggleGroup>
  );
}

function exactLabel({ from, until }: Window): string {
  const [start, end] = [formatLocal(from), formatLocal(until)];
  return start.slice(0, 10) === end.slice(0, 10) ? `${start} – ${end.slice(11)}` : `${start} – ${end}`;
}
