import type { Outcome } from '../api/types';

/** What Zuul's words for the end of a build mean (zuul-ci.org, "Build status"), for those who do not know them by heart. */
const MEANINGS: Record<string, string> = {
  TIMED_OUT: 'The job ran longer than it may and was stopped. Tests that had not ended by then have no result.',
  POST_FAILURE: 'What follows the tests failed, such as the upload of logs. Results and logs may be missing.',
  RETRY: 'The job failed before its tests began and was tried again as another run.',
  RETRY_LIMIT: 'The job failed before its tests began, again and again, until no try was left.',
  NODE_FAILURE: 'No machine could be provided for the job. It never started, so it has no results.',
  SKIPPED: 'A job that this one depends on failed, or chose not to have it run.',
  CANCELED: 'Zuul stopped the job, because its change was replaced or left the queue.',
  MERGE_CONFLICT: 'The change could not be merged on the machine that was to run the job.',
  MERGE_FAILURE: 'The change could not be merged on the machine that was to run the job.',
  CONFIG_ERROR: 'The configuration of the job is not valid, so it never started.',
  DISK_FULL: 'The job wrote more to the disk of its executor than it may and was stopped.',
  SECRET_EXPOSURE: 'The job was refused, because it would have shown a secret.',
  ABORTED: 'The executor that ran the job stopped.',
  LOST: 'The executor that ran the job was lost.',
  ERROR: 'Zuul itself failed while it ran the job.',
};

/** In a sentence or two; none when the word is not known, or says no more than that tests passed or failed. */
export function meaningOf(result: string): string | undefined {
  return MEANINGS[result];
}

const OUTCOMES: Record<Outcome, string> = {
  pass: 'Passed',
  fail: 'Failed',
  infra: 'Infra failure',
  ignored: 'Ignored',
};

/** The outcome of a run in a word or two. */
export function outcomeWord(outcome: Outcome, result = ''): string {
  return outcome === 'ignored' && isRetried(result) ? 'Retried' : OUTCOMES[outcome];
}

/** The same with the CI system's word where that says more: "Failed", "Infra failure (NODE_FAILURE)". */
export function outcomeWords(outcome: Outcome, result: string): string {
  return outcomeWord(outcome, result) + (saysMore(outcome, result) ? ` (${result})` : '');
}

const PLAIN: Partial<Record<Outcome, readonly string[]>> = {
  pass: ['SUCCESS', 'PASSED'],
  fail: ['FAILURE', 'FAILED'],
};

/** Whether the CI system's word says more than the outcome does. */
export function saysMore(outcome: Outcome, result: string): boolean {
  return result !== '' && !PLAIN[outcome]?.includes(result.toUpperCase());
}

/** Whether the run was tried again as another run. */
export function isRetried(result: string): boolean {
  return result.toUpperCase() === 'RETRY';
}
