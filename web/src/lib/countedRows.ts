/** The API's columns of counted tests as rows of tables. */
import type { components } from '../api/schema';

type Shapes = components['schemas'];

export interface Counted {
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

type Columns = Pick<Shapes['TestTotals'], Exclude<keyof Shapes['TestTotals'] & keyof Shapes['TestTree'], 'test'>>;

export function countedAt(columns: Columns, i: number): Counted {
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
