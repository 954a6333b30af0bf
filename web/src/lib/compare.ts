/** A number beside that of the period before it, in words. */
import { formatCount, formatInterval, formatRate, formatSeconds } from './format';

export interface Change {
  direction: 'up' | 'down' | 'same';
  words: string;
  verdict?: 'better' | 'worse'; // none: neither, or it may be chance
}

interface Rate {
  failure_rate: number | null;
  failure_rate_low: number | null;
  failure_rate_high: number | null;
}

// Below these a difference is not worth an arrow.
const LEAST_SHARE = 0.005;
const LEAST_POINTS = 0.000_5;
// Durations differ from week to week; less than this says nothing.
const LEAST_TELLING_SHARE = 0.1;

/** Of counts: "12 % more than before". More or fewer of them is neither good nor bad. */
export function changeOfCount(now: number, before: number): Change | undefined {
  if (before === 0) return undefined;
  const share = now / before - 1;
  if (Math.abs(share) < LEAST_SHARE) return { direction: 'same', words: 'as many as before' };
  const size = share > 1 ? `${(now / before).toFixed(1)} times as many as` : `${percent(share)} ${moreOrLess(share)}`;
  return { direction: share > 0 ? 'up' : 'down', words: `${size} before` };
}

/** Of counts of what should not be there: "3 more than before". A verdict only where chance seldom makes such a difference. */
export function changeOfFaults(now: number, before: number): Change {
  if (now === before) return { direction: 'same', words: 'as many as before' };
  const words = `${formatCount(Math.abs(now - before))} ${now > before ? 'more' : 'fewer'} than before`;
  const isClear = Math.abs(now - before) > 2 * Math.sqrt(now + before); // two standard deviations of Poisson counts
  return { direction: now > before ? 'up' : 'down', words, verdict: verdictOf(now - before, isClear) };
}

/** Of failure rates: "up from 2.1 %". A verdict only where their intervals lie apart: else it may be chance. */
export function changeOfRate(now: Rate, before: Rate): Change | undefined {
  if (now.failure_rate === null || before.failure_rate === null) return undefined;
  const points = now.failure_rate - before.failure_rate;
  const was = formatRate(before.failure_rate);
  if (Math.abs(points) < LEAST_POINTS) return { direction: 'same', words: `as before (${was})` };
  const direction = points > 0 ? 'up' : 'down';
  const isClear = points > 0 ? liesBelow(before, now) : liesBelow(now, before);
  const words = `${points > 0 ? 'up' : 'down'} from ${was}${isClear ? '' : ', may be chance'}`;
  return { direction, words, verdict: verdictOf(points, isClear) };
}

/** Of durations: "12.0 s longer than before". */
export function changeOfSeconds(now: number | null, before: number | null): Change | undefined {
  if (now === null || before === null) return undefined;
  const seconds = now - before;
  if (Math.abs(seconds) < LEAST_SHARE * before) return { direction: 'same', words: 'as long as before' };
  const words = `${formatSeconds(Math.abs(seconds))} ${seconds > 0 ? 'longer' : 'shorter'} than before`;
  const isClear = Math.abs(seconds) > LEAST_TELLING_SHARE * before;
  return { direction: seconds > 0 ? 'up' : 'down', words, verdict: verdictOf(seconds, isClear) };
}

/** What a rate is of and how sure it is: "95 % interval 3.1–5.6 %, n 1,204"; only n when there is no interval. */
export function sureness(rate: Rate & { n: number }): string {
  const interval = formatInterval(rate.failure_rate_low, rate.failure_rate_high);
  return `${interval && `95 % interval ${interval}, `}n\u00a0${formatCount(rate.n)}`;
}

/** Whether the first rate's interval ends below where the other's begins. */
function liesBelow(lower: Rate, upper: Rate): boolean {
  return (lower.failure_rate_high ?? 1) < (upper.failure_rate_low ?? 0);
}

/** More of what is measured here is worse. */
function verdictOf(difference: number, isClear: boolean): Change['verdict'] {
  if (!isClear) return undefined;
  return difference > 0 ? 'worse' : 'better';
}

function moreOrLess(difference: number): string {
  return difference > 0 ? 'more than' : 'fewer than';
}

function percent(share: number): string {
  const size = Math.abs(share) * 100;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} %`;
}
