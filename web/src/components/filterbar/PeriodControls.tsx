import { Popover, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useRef, useState } from 'react';
import { formatMoment } from '../../lib/format';
import {
  bestResolution,
  isSensible,
  limitWords,
  PERIODS,
  periodLabel,
  RESOLUTIONS,
  type Resolution,
  startBefore,
  type Window,
} from '../../lib/period';
import { type SharedView, zoomOf } from '../../lib/useView';
import { useZone, type Zone } from '../../lib/zone';
import { Choice } from '../Choice';
import { RangeForm } from './RangeForm';

const CUSTOM = 'custom';
const OPTIONS = [
  ...PERIODS.map(({ code, label }) => ({ value: code, label })),
  { value: CUSTOM, label: 'From … to …' },
];

/** One of the periods of the menu, or any two moments. */
export function PeriodChoice({ state, window, page, update }: SharedView) {
  const zone = useZone();
  const [isRangeOpen, setRangeOpen] = useState(false);
  const holder = useRef<HTMLDivElement>(null);
  const choosePeriod = (period: string) => {
    const start = startBefore(window.until, period);
    const length = start ? window.until.getTime() - start.getTime() : 0;
    const fits = state.resolution && isSensible(state.resolution, length, page);
    update({ period, from: undefined, to: undefined, resolution: fits ? state.resolution : undefined });
  };
  const chooseRange = (from: Date, to: Date) => {
    setRangeOpen(false);
    zoomOf(update)(from, to);
  };
  return (
    <div ref={holder}>
      <Choice
        name="Period"
        shown={window.isExact ? exactLabel(window, zone) : periodLabel(window.period ?? '')}
        value={window.isExact ? CUSTOM : (window.period ?? '')}
        options={OPTIONS}
        onChoose={(value) => (value === CUSTOM ? setRangeOpen(true) : choosePeriod(value))}
      />
      <Popover
        aria-label="Period from and to"
        triggerRef={holder}
        isVisible={isRangeOpen}
        shouldClose={() => setRangeOpen(false)}
        position="bottom-start"
        showClose={false}
        withFocusTrap
        minWidth="0"
        distance={8}
        bodyContent={<RangeForm from={window.from} to={window.until} zone={zone} choose={chooseRange} />}
      />
    </div>
  );
}

export function ResolutionChoice({ window, page, update }: SharedView) {
  const choose = (resolution: Resolution) =>
    update({ resolution: resolution === bestResolution(window.length, page) ? undefined : resolution });
  return (
    <ToggleGroup aria-label="Resolution" isCompact>
      {RESOLUTIONS.map(({ code, label }) => {
        const isFitting = isSensible(code, window.length, page);
        return (
          <ToggleGroupItem
            key={code}
            text={label}
            title={isFitting ? undefined : `For periods ${limitWords(code, page)}`}
            buttonId={`resolution-${code}`}
            isSelected={window.resolution === code}
            isDisabled={!isFitting}
            onChange={() => choose(code)}
          />
        );
      })}
    </ToggleGroup>
  );
}

function exactLabel({ from, until }: Window, zone: Zone): string {
  const [start, end] = [formatMoment(from, zone), formatMoment(until, zone)];
  return start.slice(0, 10) === end.slice(0, 10) ? `${start} – ${end.slice(11)}` : `${start} – ${end}`;
}
