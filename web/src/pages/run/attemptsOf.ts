/** A run among the attempts at the same. */
import type { RunSummary } from '../../api/types';

export interface Attempt extends RunSummary {
  number: number; // from 1, in the order of start
  isHere: boolean;
}

interface Attempts {
  attempts: Attempt[];
  here: number; // the run's number; 0: it is not among them
  next?: Attempt; // what was tried after it; none: it is the last that is known
}

export function attemptsOf(runs: readonly RunSummary[], uuid: string): Attempts {
  const attempts = runs.map((run, i) => ({ ...run, number: i + 1, isHere: run.uuid === uuid }));
  const here = attempts.findIndex(({ isHere }) => isHere) + 1;
  return { attempts, here, next: here > 0 ? attempts[here] : undefined };
}
