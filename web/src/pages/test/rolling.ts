/** The mean of the results before each one, and how far they lie from it. */

export const ROLLING = 20; // results, as in OpenStack-Health
const FEWEST = 5; // results: the mean of fewer follows each single one

export interface Rolled {
  mean: number | null; // null where too few came before
  deviation: number | null; // of the sample (n - 1)
}

/** For each value the mean and deviation of it and of those before it, twenty at most. */
export function rolling(values: readonly number[]): Rolled[] {
  return values.map((_value, i) => {
    const last = values.slice(Math.max(0, i + 1 - ROLLING), i + 1);
    const n = last.length;
    if (n < FEWEST) return { mean: null, deviation: null };
    const mean = last.reduce((total, value) => total + value, 0) / n;
    const squares = last.reduce((total, value) => total + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / (n - 1)) };
  });
}
