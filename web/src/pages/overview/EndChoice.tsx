import { Button, MenuToggle, Popover, TextInput } from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import { formatLocal } from '../../lib/format';
import { dayAfter, lastDay } from '../../lib/period';
import type { Overview } from './useOverview';

/** Until when: now, or to the end of a day in the viewer's zone. */
export function EndChoice({ window, update }: Overview) {
  const [isOpen, setOpen] = useState(false);
  const choose = (end: Date | undefined) => {
    setOpen(false);
    update({ end: end && end < new Date() ? end : undefined, from: undefined, to: undefined });
  };
  const shown = window.to ? endLabel(window.to) : 'now';
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
      bodyContent={<EndForm end={window.to} choose={choose} />}
    >
      <MenuToggle isExpanded={isOpen} aria-haspopup="dialog" aria-label={`Until: ${shown}`}>
        <span className="gh-toggle-name">Until</span> {shown}
      </MenuToggle>
    </Popover>
  );
}

interface FormProps {
  end: Date | undefined; // none: now
  choose: (end: Date | undefined) => void;
}

function EndForm({ end, choose }: FormProps) {
  // A date is typed part by part, and its parts alone make dates too: only the whole is taken.
  const [day, setDay] = useState(end ? lastDay(end) : '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose(day ? dayAfter(day) : undefined);
  };
  return (
    <form className="gh-end" onSubmit={submit}>
      <label htmlFor="gh-end">Last day</label>
      <TextInput
        id="gh-end"
        type="date"
        value={day}
        min="2000-01-01"
        max={formatLocal(new Date()).slice(0, 10)}
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
function endLabel(end: Date): string {
  const day = lastDay(end);
  return dayAfter(day).getTime() === end.getTime() ? day : formatLocal(end);
}
