import { describe, expect, it } from 'vitest';
import { splitControls } from './controls';

const shown = (text: string) => splitControls(text).map((piece) => (piece.isControl ? `[${piece.text}]` : piece.text));

describe('splitControls', () => {
  it('leaves plain text whole, with its tabs and both kinds of line ends', () => {
    expect(shown('a\tb\r\nc\nشكرا – ok')).toEqual(['a\tb\r\nc\nشكرا – ok']);
    expect(shown('')).toEqual([]);
  });
  it('names what reorders text', () => {
    expect(shown('user\u202e gnp.exe\u2066')).toEqual(['user', '[\\u202e]', ' gnp.exe', '[\\u2066]']);
  });
  it('names other control characters, neighbours together', () => {
    expect(shown('\u0000\u0000x\u001b[31m\ry')).toEqual([
      '[\\u0000\\u0000]',
      'x',
      '[\\u001b]',
      '[31m',
      '[\\u000d]',
      'y',
    ]);
  });
});
