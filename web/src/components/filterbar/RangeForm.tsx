import { Button, TextInput } from '@patternfly/react-core';
import { type FormEvent, useId, useState } from 'react';
import { formatMoment, fromTheClock } from '../../lib/format';
import type { Zone } from '../../lib/zone';

interface Props {
  from: Date;
  to: Date;
  zone: Zone;
  choose: (from: Date, to: Date) => void;
}

/** Any two moments, on the clock of the page's zone. */
export function RangeForm({ from, to, zone, choose }: Props) {
  const id = useId();
  const [start, setStart] = useState(() => fieldOf(from, zone));
  const [end, setEnd] = useState(() => fieldOf(to, zone));
  const [first, last] = [momentOf(start, zone), momentOf(end, zone)];
  const problem =
    !first || !last ? 'Both moments are needed' : first >= last ? 'The end must be after the start' : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (first && last && !problem) choose(first, last);
  };
  return (
    <form className="gh-range" onSubmit={submit}>
      <label htmlFor={`${id}-from`}>From</label>
      <TextInput id={`${id}-from`} type="datetime-local" value={start} onChange={(_event, value) => setStart(value)} />
      <label htmlFor={`${id}-to`}>To</label>
      <TextInput
        id={`${id}-to`}
        type="datetime-local"
        value={end}
        onChange={(_event, value) => setEnd(value)}
        validated={problem ? 'error' : 'default'}
        aria-describedby={problem ? `${id}-problem` : undefined}
      />
      {problem && (
        <div id={`${id}-problem`} className="gh-field-error" role="alert">
          {problem}
        </div>
      )}
      <div className="gh-end-actions">
        <Button type="submit" variant="primary" size="sm" isDisabled={problem !== undefined}>
          Apply
        </Button>
        <span className="gh-note">{zone === 'utc' ? 'UTC' : 'local time'}</span>
      </div>
    </form>
  );
}

function fieldOf(moment: Date, zone: Zone): string {
  return formatMoment(moment, zone).replace(' ', 'T');
}

function momentOf(field: string, zone: Zone): Date | undefined {
  const clock = Date.parse(`${field}Z`);
  return Number.isNaN(clock) ? undefined : fromTheClock(clock, zone);
}
