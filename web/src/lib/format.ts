/** Numbers, durations and moments as people read them. */
import type { Zone } from './zone';

const COUNT = new Intl.NumberFormat('en-US');
const BYTES = ['B', 'kB', 'MB', 'GB'];

export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** A noun behind its count: "1 run", "2,000 runs". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A fraction as per cent; never rounded to 0 % or 100 % when it is neither. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '–';
  const percent = rate * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.1) return '< 0.1 %';
  if (percent > 99.9) return '> 99.9 %';
  return `${percent.toFixed(1)} %`;
}

/** A rate's interval: "2.1–4.8 %"; empty when there is none. */
export function formatInterval(low: number | null, high: number | null): string {
  if (low === null || high === null) return '';
  return `${percentOf(low)}–${percentOf(high)} %`;
}

function percentOf(fraction: number): string {
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1';
  return percent === 0 || percent === 100 ? String(percent) : percent.toFixed(1);
}

/** Seconds as a duration with no more digits than matter: 0.004 s, 2.31 s, 48 s, 3 min 20 s, 1 h 05 min. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 0) return `−${formatSeconds(-seconds)}`;
  if (seconds < 0.0005) return '0 s';
  if (seconds < 1) return `${seconds.toFixed(3)} s`;
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${pad(whole % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTES[power]}`;
}

/** How long ago a moment was: "just now", "3 min ago", "5 h ago", "2 days ago". */
export function formatAgo(moment: Date, now: Date): string {
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  if (seconds < -60) return `in ${formatSpan(-seconds)}`;
  if (seconds < 45) return 'just now';
  return `${formatSpan(seconds)} ago`;
}

/** Seconds in one rough unit: "3 min", "5 h", "2 days". */
export function formatSpan(seconds: number): string {
  if (seconds < 90 * 60) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return plural(Math.round(seconds / 86_400), 'day');
}

/** A moment as a zone's clock shows it: 2026-03-24 15:42, with seconds when asked for. */
export function formatMoment(moment: Date, zone: Zone, withSeconds = false): string {
  return new Date(onTheClock(moment, zone))
    .toISOString()
    .slice(0, withSeconds ? 19 : 16)
    .replace('T', ' ');
}

/** Milliseconds that read, as if they were UTC, like a zone's clock. */
export function onTheClock(moment: Date, zone: Zone): number {
  return zone === 'utc' ? moment.getTime() : moment.getTime() - moment.getTimezoneOffset() * 60_000;
}

/** The moment at which a zone's clock shows this; the other way round of onTheClock. */
export function fromTheClock(clock: number, zone: Zone): Date {
  if (zone === 'utc') return new Date(clock);
  const read = new Date(clock);
  // The local constructor knows the offset of that very day, summer or winter.
  return new Date(
    read.getUTCFullYear(),
    read.getUTCMonth(),
    read.getUTCDate(),
    read.getUTCHours(),
    read.getUTCMinutes(),
    read.getUTCSeconds(),
  );
}

/** A moment in UTC, to the second: 2026-03-24 15:42:10 UTC. */
export function formatUtc(moment: Date): string {
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A grouping key as a heading: build_branch -> "Build branch". */
export function formatKey(key: string): string {
  const words = key.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** As within a sentence: "Infra failure (LOST)" -> "infra failure (LOST)". */
export function uncapitalised(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
