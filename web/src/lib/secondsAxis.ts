/** Round steps for an axis of durations: a chart's own would be round in tens, and read 8 min 20 s. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10].map((n) => n * DAY),
];
const MOST = 5; // steps on an axis

/** Where an axis ends that shows durations up to `longest` seconds, and how far apart its labels stand. */
export function secondsSteps(longest: number): { max: number; interval: number } {
  const interval = STEPS.find((step) => longest <= step * MOST) ?? 10 * DAY * Math.ceil(longest / (10 * DAY * MOST));
  return { interval, max: Math.max(1, Math.ceil(longest / interval)) * interval };
}

/** A round duration in its largest units: "30 s", "1 min 30 s", "2 h". */
export function shortSeconds(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < MINUTE) return `${Number(seconds.toFixed(3))} s`;
  if (seconds < HOUR) return joined([Math.floor(seconds / MINUTE), 'min'], [Math.round(seconds % MINUTE), 's']);
  if (seconds < 2 * DAY)
    return joined([Math.floor(seconds / HOUR), 'h'], [Math.round((seconds % HOUR) / MINUTE), 'min']);
  return joined([Math.floor(seconds / DAY), 'd'], [Math.round((seconds % DAY) / HOUR), 'h']);
}

function joined(large: [number, string], small: [number, string]): string {
  return [large, small]
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
