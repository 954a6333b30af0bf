/** A number of a period beside that of the period before. */

/** "↑ from 3.0 %", "as before": how a number moved, and from where. */
export function changeWords(
  now: number | null,
  before: number | null,
  format: (value: number) => string,
): string | undefined {
  if (before === null) return 'none in the period before';
  if (now === null) return `${format(before)} in the period before`;
  // What reads alike did not move, as far as the reader can tell.
  if (format(now) === format(before)) return 'as in the period before';
  return `${now > before ? '↑' : '↓'} from ${format(before)}`;
}
