import { describe, expect, it } from 'vitest';
import { markTraceback } from './traceback';

const kinds = (text: string) => markTraceback(text)?.map((line) => line.kind);

describe('markTraceback', () => {
  it('tells the frames from what was raised, however many lines that has', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in f',
      '    g()',
      'ValueError: first line',
      'second line of the message',
      '',
    ].join('\n');
    expect(kinds(text)).toEqual(['frame', 'frame', 'frame', 'raised', 'raised']);
  });
  it('follows chained exceptions', () => {
    const text = [
      'Traceback (most recent call last):',
      '  File "a.py", line 1, in f',
      'KeyError: 1',
      '',
      'During handling of the above exception, another exception occurred:',
      '',
      'Traceback (most recent call last):',
      '  File "b.py", line 2, in g',
      'RuntimeError: 2',
    ].join('\n');
    expect(kinds(text)).toEqual(['frame', 'frame', 'raised', 'text', 'bridge', 'text', 'frame', 'frame', 'raised']);
  });
  it("knows Java's frames", () => {
    const text = 'java.lang.AssertionError: x\n\tat org.junit.Assert.fail(Assert.java:88)\n\t... 12 more';
    expect(kinds(text)).toEqual(['text', 'frame', 'frame']);
  });
  it('leaves other text alone', () => {
    expect(markTraceback('Volume backup is not enabled\n  at all')).toBeUndefined();
  });
});
