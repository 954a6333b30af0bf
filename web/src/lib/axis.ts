/** Where a time axis made of buckets carries labels, and what they say, in the viewer's zone. */
import { formatLocal, formatUtc } from './format';
import { bucketLength, type Resolution } from './period';

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

/** Labels by bucket, only where the axis shall carry one: at round local times, eight at most or so. */
export function axisLabels(times: readonly Date[], resolution: Resolution): Map<number, string> {
  const labels = new Map<number, string>();
  const first = times[0];
  const last = times.at(-1);
  if (!first || !last) return labels;
  const span = last.getTime() - first.getTime();
  const step = STEPS.find((length) => length >= bucketLength(resolution) && span / length <= MAX_LABELS) ?? 28 * DAY;
  times.forEach((time, i) => {
    const local = onTheClock(time, resolution);
    const earlier = times[i - 1];
    const slot = Math.floor(local / step);
    const isNew = earlier ? Math.floor(onTheClock(earlier, resolution) / step) !== slot : local % step === 0;
    if (isNew) labels.set(i, labelOf(local, step));
  });
  return labels;
}

/** The bucket in words: when it starts and how far it reaches, in the viewer's zone; days are days in UTC. */
export function bucketLabel(start: Date, resolution: Resolution): string {
  if (resolution === 'day') return `${formatUtc(start).slice(0, 10)} (UTC)`;
  const end = new Date(start.getTime() + bucketLength(resolution));
  const withSeconds = resolution === 'sec';
  return withSeconds ? formatLocal(start, true) : `${formatLocal(start)} – ${formatLocal(end).slice(11)}`;
}

/** Milliseconds that read, as if they were UTC, like the viewer's clock. Days are cut in UTC, so they stay there. */
function onTheClock(time: Date, resolution: Resolution): number {
  return resolution === 'day' ? time.getTime() : time.getTime() - time.getTimezoneOffset() * MINUTE;
}

function labelOf(local: number, step: number): string {
  const clock = new Date(local);
  const text = clock.toISOString();
  if (step >= DAY || local % DAY < Math.min(step, HOUR)) return DATE.format(clock);
  return step < MINUTE ? text.slice(11, 19) : text.slice(11, 16);
}
