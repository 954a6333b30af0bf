/** The API's columns of a tree as rows of a table. */
import type { components } from '../../api/schema';
import { type Counted, countedAt } from '../../lib/countedRows';

export interface PartRow extends Counted {
  part: string;
  prefix: string; // the part's own path
  test: string | null; // the whole name where a test is called so
  further: boolean; // whether anything is below it
  tests: number;
}

export function partRows(answer: components['schemas']['TestTree']): PartRow[] {
  return answer.part.map((part, i) => ({
    ...countedAt(answer, i),
    part,
    prefix: answer.prefix[i] ?? part,
    test: answer.test[i] ?? null,
    further: answer.further[i] ?? false,
    tests: answer.tests[i] ?? 0,
  }));
}

/** A node and all above it, from the top: a.b.c as a, a.b, a.b.c. */
export function nodesOf(prefix: string): { label: string; prefix: string }[] {
  const labels = prefix === '' ? [] : prefix.split('.');
  return labels.map((label, i) => ({ label, prefix: labels.slice(0, i + 1).join('.') }));
}
