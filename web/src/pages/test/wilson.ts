/** How sure a rate is: the 95 % interval by Wilson's score, as the server's (store/rates.py). */

const Z = 1.959963984540054; // of the normal distribution: 95 % lie within so many deviations

/** Null when n is 0; right for few, and for none or all of them. */
export function wilson(hits: number, n: number): { low: number; high: number } | null {
  if (n === 0) return null;
  const rate = hits / n;
  const scale = 1 + Z ** 2 / n;
  const middle = (rate + Z ** 2 / (2 * n)) / scale;
  const reach = (Z * Math.sqrt((rate * (1 - rate)) / n + Z ** 2 / (4 * n * n))) / scale;
  return { low: Math.max(0, Math.min(middle - reach, rate)), high: Math.min(1, Math.max(middle + reach, rate)) };
}
