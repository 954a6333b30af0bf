/** The results of a run as bars on the lanes of their workers. */
import { type Folded, foldOf } from './folded';
import type { ResultRow } from './results';

export interface Lanes {
  workers: string[]; // '' for results that name none
  bars: Bar[]; // in order of start
  first: number; // seconds from the start of the run to that of the first test
  length: number; // seconds from then to the end of the last test
  untimed: number; // results without a known start, which are not among the bars
}

export interface Bar {
  row: ResultRow;
  lane: number; // position among the workers
  start: number; // seconds from the start of the first test
  end: number; // the same as the start where nobody knows how long it took
  fold: Folded;
}

const NATURAL = new Intl.Collator('en', { numeric: true });

/** Times count from the first test: a run can spend hours before it, and a clock can be wrong by days. */
export function lanesOf(rows: readonly ResultRow[]): Lanes {
  const timed = rows.filter((row) => row.offset !== null);
  const workers = [...new Set(timed.map((row) => row.worker))].sort(NATURAL.compare);
  const laneOf = new Map(workers.map((worker, lane) => [worker, lane]));
  const first = timed.reduce((least, { offset }) => Math.min(least, offset ?? 0), Number.POSITIVE_INFINITY);
  const bars = timed
    .map((row): Bar => {
      const start = (row.offset ?? 0) - first;
      const end = start + Math.max(0, row.seconds ?? 0);
      return { row, lane: laneOf.get(row.worker) ?? 0, start, end, fold: foldOf(row.status) };
    })
    .sort((a, b) => a.start - b.start);
  const length = bars.reduce((longest, { end }) => Math.max(longest, end), 0);
  return { workers, bars, first, length, untimed: rows.length - timed.length };
}

export interface Span {
  from: number; // seconds from the start of the first test
  to: number;
}

export const LEAST = 0.001; // seconds that a zoom shows at least

/** What an address says of the timeline's zoom, inside the whole; the whole when it says nothing of use. */
export function readSpan(text: string, whole: Span): Span {
  const [from, to] = text.split('~').map(Number);
  return from !== undefined && to !== undefined && to > from ? within({ from, to }, whole) : whole;
}

/** Empty for the whole: it is left out of the address. */
export function writeSpan(span: Span, whole: Span): string {
  const { from, to } = within(span, whole);
  return from <= whole.from && to >= whole.to ? '' : `${rounded(from)}~${rounded(to)}`;
}

/** The span made wider or narrower about its middle. */
export function scaled({ from, to }: Span, factor: number): Span {
  const [middle, reach] = [(from + to) / 2, ((to - from) / 2) * factor];
  return { from: middle - reach, to: middle + reach };
}

/** The span moved by so many of its own lengths, no further than the whole reaches. */
export function moved({ from, to }: Span, lengths: number, whole: Span): Span {
  const step = Math.min(Math.max((to - from) * lengths, whole.from - from), whole.to - to);
  return { from: from + step, to: to + step };
}

function within({ from, to }: Span, whole: Span): Span {
  const start = Math.min(Math.max(from, whole.from), whole.to - LEAST);
  return { from: start, to: Math.max(Math.min(to, whole.to), start + LEAST) };
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}
