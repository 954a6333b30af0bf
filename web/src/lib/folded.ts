/** Statuses of results as charts fold them. */
import type { Status } from './results';

export const FOLDED = ['passed', 'failed', 'skipped', 'incomplete'] as const;
export type Folded = (typeof FOLDED)[number];

export const FOLDED_WORDS: Record<Folded, string> = {
  passed: 'Passed',
  failed: 'Failed',
  skipped: 'Skipped',
  incomplete: 'Incomplete',
};

const FOLD: Record<Status, Folded> = {
  success: 'passed',
  xfail: 'passed',
  fail: 'failed',
  uxsuccess: 'failed',
  skip: 'skipped',
  incomplete: 'incomplete',
};

export function foldOf(status: Status): Folded {
  return FOLD[status];
}
