/** A test's results by days: the API cuts days in UTC, a viewer's day begins at the viewer's midnight. */

import { FOLDED, type Folded } from '../../lib/folded';
import { fromTheClock, onTheClock } from '../../lib/format';
import type { Resolution, Window } from '../../lib/period';
import type { Zone } from '../../lib/zone';
import type { TestSeries } from './queries';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST_HOURS = 93 * DAY; // longer periods are asked for by days, which need no single results

/** Results by bucket, as the charts draw them. */
export interface Counts extends Record<Folded, number[]> {
  times: string[]; // RFC 3339: when each bucket starts
  days?: string[]; // the dates of the zone, where the buckets are its days
  resolution: Resolution;
  timed: number[];
  mean: (number | null)[];
  deviation: (number | null)[];
}

/** What to ask the API for: hours, where days of the viewer's zone are to be made of them. */
export function askedResolution({ resolution, from, until, length }: Window, zone: Zone): Resolution {
  const isUtc = onTheClock(from, zone) === from.getTime() && onTheClock(until, zone) === until.getTime();
  const isOnHours = [from, until].every((moment) => (onTheClock(moment, zone) - moment.getTime()) % HOUR === 0);
  return resolution === 'day' && !isUtc && isOnHours && length <= MOST_HOURS ? 'hour' : resolution;
}

/** The series as the charts draw it: as it came, or its hours put together to days of the zone. */
export function countsOf(series: TestSeries, wanted: Resolution, zone: Zone): Counts {
  if (series.resolution === 'hour' && wanted === 'day') return byDays(series, zone);
  return {
    ...series,
    mean: series.mean_seconds,
    deviation: series.deviation_seconds,
  };
}

function byDays(series: TestSeries, zone: Zone): Counts {
  const counts: Counts & { days: string[] } = {
    times: [],
    days: [],
    resolution: 'day',
    passed: [],
    failed: [],
    skipped: [],
    incomplete: [],
    timed: [],
    mean: [],
    deviation: [],
  };
  let times: Times = NO_TIMES;
  series.times.forEach((time, i) => {
    const clock = onTheClock(new Date(time), zone);
    const day = new Date(clock).toISOString().slice(0, 10);
    if (counts.days.at(-1) !== day) {
      counts.days.push(day);
      counts.times.push(fromTheClock(Math.floor(clock / DAY) * DAY, zone).toISOString());
      for (const name of FOLDED) counts[name].push(0);
      times = NO_TIMES;
    }
    const at = counts.days.length - 1;
    for (const name of FOLDED) counts[name][at] = (counts[name][at] ?? 0) + (series[name][i] ?? 0);
    times = joined(times, timesOf(series, i));
    counts.timed[at] = times.n;
    counts.mean[at] = times.n > 0 ? times.mean : null;
    counts.deviation[at] = times.n > 1 ? Math.sqrt(times.squares / (times.n - 1)) : null;
  });
  return counts;
}

interface Times {
  n: number;
  mean: number;
  squares: number; // sum of the squares of the distances from the mean
}

const NO_TIMES: Times = { n: 0, mean: 0, squares: 0 };

function timesOf(series: TestSeries, i: number): Times {
  const n = series.timed[i] ?? 0;
  const deviation = series.deviation_seconds[i] ?? 0;
  return { n, mean: series.mean_seconds[i] ?? 0, squares: deviation ** 2 * Math.max(0, n - 1) };
}

/** Two samples as one (Chan, Golub and LeVeque). */
function joined(a: Times, b: Times): Times {
  const n = a.n + b.n;
  if (n === 0) return NO_TIMES;
  const apart = b.mean - a.mean;
  return { n, mean: a.mean + (apart * b.n) / n, squares: a.squares + b.squares + (apart ** 2 * a.n * b.n) / n };
}
