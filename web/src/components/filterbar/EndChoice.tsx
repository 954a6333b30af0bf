import { Button, MenuToggle, Popover, TextInput } from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import { formatMoment } from '../../lib/format';
import { dayAfter, lastDay } from '../../lib/period';
import type { SharedView } from '../../lib/useView';
import { useZone, type Zone } from '../../lib/zone';

/** Until when: now, or to the end of a day of the page's zone. */
export function EndChoice({ window, update }: SharedView) {
  const zone = useZone();
  const [isOpen, setOpen] = useState(false);
  const choose = (end: Date | undefined) => {
    setOpen(false);
    update({ end: end && end < new Date() ? end : undefined, from: undefined, to: undefined });
  };
  const shown = window.to ? endLabel(window.to, zone) : 'now';
  return (
    <Popover
      aria-label="Until"
      isVisible={isOpen}
      shouldOpen={() => setOpen(true)}
      shouldClose={() => setOpen(false)}
      position="bottom-start"
      showClose={false}
      withFocusTrap
      minWidth="0"
      distance={8}
      bodyContent={<EndForm end={window.to} zone={zone} choose={choose} />}
    >
      <MenuToggle isExpanded={isOpen} aria-haspopup="dialog" aria-label={`Until: ${shown}`}>
        <span className="gh-toggle-name">Until</span> {shown}
      </MenuToggle>
    </Popover>
  );
}

interface FormProps {
  end: Date | undefined; // none: now
  zone: Zone;
  choose: (end: Date | undefined) => void;
}

function EndForm({ end, zone, choose }: FormProps) {
  // A date is typed part by part, and its parts alone make dates too: only the whole is taken.
  const [day, setDay] = useState(end ? lastDay(end, zone) : '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose(day ? dayAfter(day, zone) : undefined);
  };
  return (
    <form className="gh-end" onSubmit={submit}>
      <label htmlFor="gh-end">Last day</label>
      <TextInput
        id="gh-end"
        type="date"
        value={day}
        min="2000-01-01"
        max={formatMoment(new Date(), zone).slice(0, 10)}
        onChange={(_event, value) => setDay(value)}
      />
      <div className="gh-end-actions">
        <Button type="submit" variant="primary" size="sm">
          Apply
        </Button>
        <Button variant="secondary" size="sm" onClick={() => choose(undefined)}>
          Now
        </Button>
      </div>
    </form>
  );
}

/** The last day when the period ends with it, else the moment: "2026-03-24", "2026-03-24 15:00". */
function endLabel(end: Date, zone: Zone): string {
  const day = lastDay(end, zone);
  return dayAfter(day, zone).getTime() === end.getTime() ? day : formatMoment(end, zone);
}
