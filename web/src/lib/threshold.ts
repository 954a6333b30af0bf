/** How bad a failure rate is: OpenStack-Health's thresholds for the rows of a table. */

export type Level = 'danger' | 'warning' | 'info' | 'success';

export const LEVELS: readonly { level: Level; label: string }[] = [
  { level: 'danger', label: '> 15 %' },
  { level: 'warning', label: '> 8 %' },
  { level: 'info', label: '> 0 %' },
  { level: 'success', label: '0 %' },
];

export function levelOf(rate: number | null): Level | undefined {
  if (rate === null) return undefined;
  if (rate > 0.15) return 'danger';
  if (rate > 0.08) return 'warning';
  return rate > 0 ? 'info' : 'success';
}
