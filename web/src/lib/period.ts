/** The period that a page looks at, and the width of a chart's buckets over it. */

import { formatMoment, fromTheClock } from './format';
import type { Zone } from './zone';

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

export const RESOLUTIONS: readonly { code: Resolution; label: string }[] = [
  { code: 'sec', label: 'Second' },
  { code: 'min', label: 'Minute' },
  { code: 'hour', label: 'Hour' },
  { code: 'day', label: 'Day' },
];

/** The word for one bucket of a chart, as in "per hour"; "bucket" while it is not known of what length it is. */
export function bucketWord(resolution: Resolution | undefined): string {
  return RESOLUTIONS.find(({ code }) => code === resolution)?.label.toLowerCase() ?? 'bucket';
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const BUCKET: Record<Resolution, number> = { sec: SECOND, min: MINUTE, hour: HOUR, day: DAY };
// Its 6 hours of seconds are more buckets than the API draws.
const MAX_BUCKETS = 5_000;

export type PageName = 'overview' | 'group' | 'job' | 'test' | 'tests' | 'failures' | 'run' | 'status';

interface Limit {
  min: number; // milliseconds
  max: number;
  preferred: string; // the period for who chooses the resolution and no period
}
type Limits = Record<Resolution, Limit>;

/** What OpenStack-Health allowed on its home page. */
const USUAL: Limits = {
  sec: { min: 0, max: MAX_BUCKETS * SECOND, preferred: 'PT1H' },
  min: { min: 0, max: DAY, preferred: 'PT12H' },
  hour: { min: 12 * HOUR, max: 93 * DAY, preferred: 'P7D' },
  day: { min: 2 * DAY, max: Number.POSITIVE_INFINITY, preferred: 'P3M' },
};
/** And on its other pages, where that differed. */
const OTHERS: Partial<Record<PageName, Limits>> = {
  group: { ...USUAL, hour: { ...USUAL.hour, preferred: 'P14D' } },
  job: { ...USUAL, hour: { ...USUAL.hour, max: 31 * DAY } },
};

function limitsOf(page: PageName): Limits {
  return OTHERS[page] ?? USUAL;
}

/** The period that a page shows when none is chosen. */
export function defaultPeriod(page: PageName): string {
  return limitsOf(page).hour.preferred;
}

/** Milliseconds of a resolution's bucket. */
export function bucketLength(resolution: Resolution): number {
  return BUCKET[resolution];
}

/** Whether a page shows periods of this length (milliseconds) at a resolution. */
export function isSensible(resolution: Resolution, length: number, page: PageName): boolean {
  const { min, max } = limitsOf(page)[resolution];
  return length >= min && length <= max;
}

/** What periods a resolution is for, in words: "up to 1 day", "from 12 hours to 93 days". */
export function limitWords(resolution: Resolution, page: PageName): string {
  const { min, max } = limitsOf(page)[resolution];
  if (max === Number.POSITIVE_INFINITY) return `from ${span(min)}`;
  return min === 0 ? `up to ${span(max)}` : `from ${span(min)} to ${span(max)}`;
}

function span(length: number): string {
  const [unit, word] = length >= DAY ? [DAY, 'day'] : length >= 2 * HOUR ? [HOUR, 'hour'] : [MINUTE, 'minute'];
  const count = Math.floor(length / unit);
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/**
 * The resolution that shows a period of this length (milliseconds) best: enough buckets to see a shape, not a comb. A single
 * test has few results an hour, so its page counts by days, as OpenStack-Health's did.
 */
export function bestResolution(length: number, page?: PageName): Resolution {
  if (length < 10 * MINUTE) return 'sec';
  if (length < 12 * HOUR) return 'min';
  if (page === 'test' && isSensible('day', length, page)) return 'day';
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
  refused?: Resolution; // the one that was chosen, when it does not fit the period
  length: number; // milliseconds
  period?: string; // what was chosen, or the page's own; none when chosen by from and to
  isExact: boolean; // chosen by from and to, not by a period
}

/** The window of time that a choice means at the moment `now`. A resolution that does not fit gives way to the nearest that does. */
export function windowOf(choice: PeriodChoice, now: Date, page: PageName): Window {
  if (choice.from && choice.to && choice.from < choice.to) {
    const length = choice.to.getTime() - choice.from.getTime();
    const fit = fitting(choice.resolution, length, page);
    return { from: choice.from, to: choice.to, until: choice.to, ...fit, length, isExact: true };
  }
  const until = choice.end && choice.end < now ? choice.end : now;
  const { period, start } = periodBefore(until, choice, page);
  const length = until.getTime() - start.getTime();
  const fit = fitting(choice.resolution, length, page);
  // The first bucket is a whole one; as a side effect, requests stay the same (and cached) for a bucket's time.
  // Days that nobody chose do not lengthen the period: its numbers are then those of the pages that led here.
  const bucket = fit.resolution === 'day' && !choice.resolution ? bestResolution(length) : fit.resolution;
  const from = floorTo(start, bucket === 'sec' ? 'min' : bucket);
  return { from, to: until === now ? undefined : until, until, ...fit, length, period, isExact: false };
}

/** The chosen period; else the page's own, if the chosen resolution fits it; else the one that the resolution is best for. */
function periodBefore(
  until: Date,
  { period, resolution }: PeriodChoice,
  page: PageName,
): { period: string; start: Date } {
  const chosen = period === undefined ? undefined : startBefore(until, period);
  if (period !== undefined && chosen) return { period, start: chosen };
  const usual = defaultPeriod(page);
  const start = startBefore(until, usual) as Date;
  if (!resolution || isSensible(resolution, until.getTime() - start.getTime(), page)) return { period: usual, start };
  const { preferred } = limitsOf(page)[resolution];
  return { period: preferred, start: startBefore(until, preferred) as Date };
}

function fitting(
  wanted: Resolution | undefined,
  length: number,
  page: PageName,
): Pick<Window, 'resolution' | 'refused'> {
  if (!wanted) return { resolution: bestResolution(length, page) };
  const codes = RESOLUTIONS.map(({ code }) => code);
  const at = codes.indexOf(wanted);
  const [resolution = wanted] = codes
    .filter((code) => isSensible(code, length, page))
    .sort((a, b) => Math.abs(codes.indexOf(a) - at) - Math.abs(codes.indexOf(b) - at));
  return resolution === wanted ? { resolution } : { resolution, refused: wanted };
}

/** The first full hour after a moment: a period that ends there includes it. */
export function afterHour(moment: Date): Date {
  return new Date((Math.floor(moment.getTime() / HOUR) + 1) * HOUR);
}

/** The next longer period of the menu, if there is one. */
export function longerPeriod(code: string | undefined): Period | undefined {
  const at = PERIODS.findIndex((period) => period.code === code);
  return at < 0 ? undefined : PERIODS[at + 1];
}

/** The day of a zone that a period ends with. Its end is the first moment outside: midnight ends the day before. */
export function lastDay(end: Date, zone: Zone): string {
  return formatMoment(new Date(end.getTime() - 1), zone).slice(0, 10);
}

/** The first moment after a day of a zone. */
export function dayAfter(day: string, zone: Zone): Date {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  return fromTheClock(Date.UTC(year, month - 1, date + 1), zone);
}

/** How a period reads in the menu's button. */
export function periodLabel(code: string): string {
  return PERIODS.find((period) => period.code === code)?.label ?? code;
}
