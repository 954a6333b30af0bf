import { Button, TextInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
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

/** The day that the period ends with, in the viewer's zone. */
export function EndChoice({ state, window, update }: Overview) {
  const endsNow = window.to === undefined;
  // The end is the first moment outside: a period that ends at midnight ends with the day before.
  const lastDay = endsNow ? '' : formatLocal(new Date(window.until.getTime() - 1)).slice(0, 10);
  const choose = (day: string) => {
    const end = day ? dayAfter(day) : undefined;
    update({ end: end && end < new Date() ? end : undefined, from: undefined, to: undefined });
  };
  return (
    <div className="gh-end">
      <label htmlFor="gh-end" className="gh-toggle-name">
        Until
      </label>
      <TextInput
        id="gh-end"
        type="date"
        value={lastDay}
        max={formatLocal(new Date()).slice(0, 10)}
        onChange={(_event, day) => choose(day)}
        aria-label="Last day of the period; empty for now"
        title={endsNow ? 'Now' : formatLocal(state.to ?? window.until)}
      />
      {endsNow ? (
        <span className="gh-note">now</span>
      ) : (
        <Button variant="link" isInline onClick={() => choose('')}>
          Now
        </Button>
      )}
    </div>
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

function dayAfter(day: string): Date {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date + 1);
}
