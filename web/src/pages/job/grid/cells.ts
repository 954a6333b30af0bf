/** What the letters of a grid's cells say (GET /jobs/grid). */
import type { Status } from '../../../lib/results';
import { shortTestName } from '../../../lib/testName';

const STATUSES: Record<string, Status> = {
  S: 'success',
  F: 'fail',
  K: 'skip',
  X: 'xfail',
  U: 'uxsuccess',
  I: 'incomplete',
};

/** Stand in the cells: colour is never the only sign. */
export const SIGNS: Record<Status, string> = {
  success: '·',
  fail: '×',
  skip: '–',
  xfail: 'x',
  uxsuccess: '!',
  incomplete: '…',
};

export interface Cell {
  status: Status;
  isRetried: boolean; // of several attempts, the last one's status
}

/** The cell that a letter stands for; none where the run has no result of the test. */
export function cellOf(letter: string | undefined): Cell | undefined {
  const status = STATUSES[letter?.toUpperCase() ?? ''];
  return status && { status, isRetried: letter !== letter?.toUpperCase() };
}

/**
 * Where labels stand that are `width` columns wide, given what each column would be labelled: where that changes, if there is
 * room, and again after every `repeat` columns, for the first ones may be out of view.
 */
export function spacedLabels(words: readonly string[], width: number, repeat: number): Map<number, string> {
  const labels = new Map<number, string>();
  let last = Number.NEGATIVE_INFINITY;
  words.forEach((word, i) => {
    const isNew = word !== words[i - 1] || (labels.get(last) !== word && i - last >= width);
    if (i - last < (isNew ? width : repeat)) return;
    labels.set(i, word);
    last = i;
  });
  return labels;
}

/**
 * A test's name as a row has room for it; a narrow one has none for the class. Wrappers keep their name: they fail where all
 * tests of a class are absent.
 */
export function rowName(test: string, isNarrow = false): string {
  const [, wrapper] = /^((?:setUp|tearDown)(?:Class|Module)) \(.+\)$/s.exec(test) ?? [];
  const short = shortTestName(test);
  if (wrapper) return `${wrapper} (${short})`;
  return isNarrow ? short.slice(short.indexOf('.') + 1) : short;
}
