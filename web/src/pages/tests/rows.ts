/** The API's columns as rows of tables. */
import type { components } from '../../api/schema';

type Shapes = components['schemas'];

interface Counted {
  passed: number;
  failed: number;
  skipped: number;
  incomplete: number;
  n: number;
  rate: number | null;
  low: number | null;
  high: number | null;
}

export interface TestRow extends Counted {
  test: string;
  meanSeconds: number | null;
  timed: number; // successes that the mean is of
}

export interface PartRow extends Counted {
  part: string;
  prefix: string; // the part's own path
  test: string | null; // the whole name where a test is called so
  further: boolean; // whether anything is below it
  tests: number;
}

type Columns = Pick<Shapes['TestTotals'], Exclude<keyof Shapes['TestTotals'] & keyof Shapes['TestTree'], 'test'>>;

function countedAt(columns: Columns, i: number): Counted {
  return {
    passed: columns.passed[i] ?? 0,
    failed: columns.failed[i] ?? 0,
    skipped: columns.skipped[i] ?? 0,
    incomplete: columns.incomplete[i] ?? 0,
    n: columns.n[i] ?? 0,
    rate: columns.failure_rate[i] ?? null,
    low: columns.failure_rate_low[i] ?? null,
    high: columns.failure_rate_high[i] ?? null,
  };
}

export function testRows(answer: Shapes['TestTotals']): TestRow[] {
  return answer.test.map((test, i) => ({
    ...countedAt(answer, i),
    test,
    meanSeconds: answer.mean_seconds[i] ?? null,
    timed: answer.timed[i] ?? 0,
  }));
}

export function partRows(answer: Shapes['TestTree']): PartRow[] {
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
