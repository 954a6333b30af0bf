import { describe, expect, it } from 'vitest';
import { changeOfCount, changeOfFaults, changeOfRate, changeOfSeconds, sureness } from './compare';

const rate = (failure_rate: number | null, failure_rate_low: number | null, failure_rate_high: number | null) => ({
  failure_rate,
  failure_rate_low,
  failure_rate_high,
});

describe('a number beside that of the period before', () => {
  it('says by how much counts differ, without judging', () => {
    expect(changeOfCount(112, 100)).toEqual({ direction: 'up', words: '12 % more than before' });
    expect(changeOfCount(97, 100)).toEqual({ direction: 'down', words: '3.0 % fewer than before' });
    expect(changeOfCount(300, 100)?.words).toBe('3.0 times as many as before');
    expect(changeOfCount(1000, 1001)).toEqual({ direction: 'same', words: 'as many as before' });
    expect(changeOfCount(5, 0)).toBeUndefined();
  });

  it('judges counts of faults only where chance seldom makes such a difference', () => {
    expect(changeOfFaults(50, 20)).toEqual({ direction: 'up', words: '30 more than before', verdict: 'worse' });
    expect(changeOfFaults(0, 20)).toEqual({ direction: 'down', words: '20 fewer than before', verdict: 'better' });
    expect(changeOfFaults(5, 2)).toEqual({ direction: 'up', words: '3 more than before', verdict: undefined });
    expect(changeOfFaults(2, 2).verdict).toBeUndefined();
  });

  it('judges rates only where their intervals lie apart', () => {
    expect(changeOfRate(rate(0.2, 0.15, 0.25), rate(0.1, 0.07, 0.14))).toEqual({
      direction: 'up',
      words: 'up from 10.0 %',
      verdict: 'worse',
    });
    expect(changeOfRate(rate(0.1, 0.07, 0.14), rate(0.2, 0.15, 0.25))?.verdict).toBe('better');
    expect(changeOfRate(rate(0.12, 0.08, 0.16), rate(0.1, 0.07, 0.14))).toEqual({
      direction: 'up',
      words: 'up from 10.0 %, may be chance',
      verdict: undefined,
    });
    expect(changeOfRate(rate(null, null, null), rate(0.1, 0.07, 0.14))).toBeUndefined();
  });

  it('says by how much durations differ', () => {
    expect(changeOfSeconds(112, 100)).toEqual({
      direction: 'up',
      words: '12.0 s longer than before',
      verdict: 'worse',
    });
    expect(changeOfSeconds(105, 100)?.verdict).toBeUndefined();
    expect(changeOfSeconds(40, 100)).toEqual({
      direction: 'down',
      words: '1 min 00 s shorter than before',
      verdict: 'better',
    });
    expect(changeOfSeconds(100.1, 100)?.direction).toBe('same');
    expect(changeOfSeconds(null, 100)).toBeUndefined();
  });

  it('says what a rate is of and how sure it is', () => {
    expect(sureness({ ...rate(0.1, 0.07, 0.14), n: 1204 })).toBe('95 % interval 7.0–14.0 %, n\u00a01,204');
    expect(sureness({ ...rate(null, null, null), n: 0 })).toBe('n\u00a00');
  });
});
