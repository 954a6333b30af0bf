/** The period that a page looks at, and the width of a chart's buckets over it. */

import { formatLocal } from './format';

export type Resolution = 'sec' | 'min' | 'hour' | 'day';

export interface Period {
  code: string; // ISO 8601 duration, as it stands in the URL
  label: string;
}

export const PERIODS: readonly Period[] = [
  { code: 'PT1H', label: '1 hour' },
  { code: 'PT12H', label: '12 hours' },
  { code: 'P1D', label: '1 day' },
  { code: 'P7D', label: '1 week' },
  { code: 'P14D', label: '2 weeks' },
  { code: 'P1M', label: '1 month' },
  { code: 'P3M', label: '3 months' },
  { code: 'P6M', label: '6 months' },
];
export const DEFAULT_PERIOD = 'P7D';

export const RESOLUTIONS: readonly { code: Resolution; label: string }[] = [
  { code: 'sec', label: 'Second' },
  { code: 'min', label: 'Minute' },
  { code: 'hour', label: 'Hour' },
  { code: 'day', label: 'Day' },
];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const BUCKET: Record<Resolution, number> = { sec: SECOND, min: MINUTE, hour: HOUR, day: DAY };
// What OpenStack-Health allowed on its home page. Its 6 hours of seconds are more buckets than the API draws.
const MAX_BUCKETS = 5_000;
const SENSIBLE: Record<Resolution, { min: number; max: number }> = {
  sec: { min: 0, max: MAX_BUCKETS * SECOND },
  min: { min: 0, max: DAY },
  hour: { min: 12 * HOUR, max: 93 * DAY },
  day: { min: 2 * DAY, max: Number.POSITIVE_INFINITY },
};

/** Milliseconds of a resolution's bucket. */
export function bucketLength(resolution: Resolution): number {
  return BUCKET[resolution];
}

/** Whether a resolution says something over a period of this length (milliseconds). */
export function isSensible(resolution: Resolution, length: number): boolean {
  const { min, max } = SENSIBLE[resolution];
  return length >= min && length <= max;
}

/** The resolution that shows a period of this length (milliseconds) best: enough buckets to see a shape, not a comb. */
export function bestResolution(length: number): Resolution {
  if (length < 10 * MINUTE) return 'sec';
  if (length < 12 * HOUR) return 'min';
  return length <= 31 * DAY ? 'hour' : 'day';
}

/** The moment that lies an ISO 8601 duration (years to minutes, as in PERIODS) before another; undefined when it is none. */
export function startBefore(end: Date, code: string): Date | undefined {
  const parts = /^P(?:(\d{1,3})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?)?$/.exec(code);
  if (!parts) return undefined;
  const [months, weeks, days, hours, minutes] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const start = new Date(end);
  const dayOfMonth = start.getUTCDate();
  start.setUTCMonth(start.getUTCMonth() - months);
  if (start.getUTCDate() !== dayOfMonth) start.setUTCDate(0); // 31 March less a month is the last of February
  start.setTime(start.getTime() - (weeks * 7 + days) * DAY - hours * HOUR - minutes * MINUTE);
  return start < end ? start : undefined;
}

/** Rounds down to the start of a bucket (UTC, as the API cuts them). */
export function floorTo(moment: Date, resolution: Resolution): Date {
  const length = BUCKET[resolution];
  return new Date(Math.floor(moment.getTime() / length) * length);
}

export interface PeriodChoice {
  period?: string; // one of PERIODS, or any other duration
  end?: Date; // where the period ends; none: now
  from?: Date; // both set: exactly this window, as after a zoom
  to?: Date;
  resolution?: Resolution;
}

export interface Window {
  from: Date;
  to?: Date; // none: up to now, whatever the server's clock says that is
  until: Date; // the same end, for reading
  resolution: Resolution;
  length: number; // milliseconds
  isExact: boolean; // chosen by from and to, not by a period
}

/** The window of time that a choice means at the moment `now`. A resolution that is not sensible over it gives way. */
export function windowOf(choice: PeriodChoice, now: Date): Window {
  if (choice.from && choice.to && choice.from < choice.to) {
    const length = choice.to.getTime() - choice.from.getTime();
    const resolution = sensibleResolution(choice.resolution, length);
    return { from: choice.from, to: choice.to, until: choice.to, resolution, length, isExact: true };
  }
  const until = choice.end && choice.end < now ? choice.end : now;
  const start = startBefore(until, choice.period ?? DEFAULT_PERIOD) ?? (startBefore(until, DEFAULT_PERIOD) as Date);
  const length = until.getTime() - start.getTime();
  const resolution = sensibleResolution(choice.resolution, length);
  // The first bucket is a whole one; as a side effect, requests stay the same (and cached) for a bucket's time.
  const from = floorTo(start, resolution === 'sec' ? 'min' : resolution);
  return { from, to: until === now ? undefined : until, until, resolution, length, isExact: false };
}

function sensibleResolution(wanted: Resolution | undefined, length: number): Resolution {
  return wanted && isSensible(wanted, length) ? wanted : bestResolution(length);
}

/** The day, in the viewer's zone, that a period ends with. Its end is the first moment outside: midnight ends the day before. */
export function lastDay(end: Date): string {
  return formatLocal(new Date(end.getTime() - 1)).slice(0, 10);
}

/** The first moment after a day of the viewer's zone. */
export function dayAfter(day: string): Date {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return new Date(year, month - 1, date + 1);
}

/** How a period reads in the menu's button. */
export function periodLabel(code: string): string {
  return PERIODS.find((period) => period.code === code)?.label ?? code;
}
