/** Where a time axis made of buckets carries labels, and what they say, in the zone that the page shows. */
import { formatMoment, formatUtc, onTheClock } from './format';
import { bucketLength, type Resolution } from './period';
import type { Zone } from './zone';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 4, 7, 14, 28].map((n) => n * DAY),
];
const MAX_LABELS = 8;
const DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Labels by bucket, only where the axis shall carry one: at round times of the zone, eight at most or so. */
export function axisLabels(times: readonly Date[], resolution: Resolution, zone: Zone): Map<number, string> {
  const labels = new Map<number, string>();
  const first = times[0];
  const last = times.at(-1);
  if (!first || !last) return labels;
  const span = last.getTime() - first.getTime();
  const step = STEPS.find((length) => length >= bucketLength(resolution) && span / length <= MAX_LABELS) ?? 28 * DAY;
  times.forEach((time, i) => {
    const local = clockOf(time, resolution, zone);
    const earlier = times[i - 1];
    const slot = Math.floor(local / step);
    const isNew = earlier ? Math.floor(clockOf(earlier, resolution, zone) / step) !== slot : local % step === 0;
    if (isNew) labels.set(i, labelOf(local, step));
  });
  return labels;
}

/** The bucket in words: when it starts and how far it reaches; days are days in UTC, whatever the zone. */
export function bucketLabel(start: Date, resolution: Resolution, zone: Zone): string {
  if (resolution === 'day') return `${formatUtc(start).slice(0, 10)} (UTC)`;
  if (resolution === 'sec') return formatMoment(start, zone, true);
  const end = new Date(start.getTime() + bucketLength(resolution));
  return `${formatMoment(start, zone)} – ${formatMoment(end, zone).slice(11)}`;
}

/** The label of a moment on an axis whose ticks the chart itself chooses: the date at midnight, else the time. */
export function momentLabel(moment: number, zone: Zone): string {
  const local = onTheClock(new Date(moment), zone);
  return labelOf(local, local % MINUTE === 0 ? MINUTE : SECOND);
}

/** Days are cut in UTC, so they stay there. */
function clockOf(time: Date, resolution: Resolution, zone: Zone): number {
  return onTheClock(time, resolution === 'day' ? 'utc' : zone);
}

function labelOf(local: number, step: number): string {
  const clock = new Date(local);
  const text = clock.toISOString();
  if (step >= DAY || local % DAY < Math.min(step, HOUR)) return DATE.format(clock);
  return step < MINUTE ? text.slice(11, 19) : text.slice(11, 16);
}
