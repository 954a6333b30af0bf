/** Finds the structure of a traceback in text, so that what was raised stands out from the way there. */

export type LineKind = 'text' | 'frame' | 'raised' | 'bridge';

export interface Line {
  kind: LineKind;
  text: string;
}

const HEAD = /^Traceback \(most recent call last\)/;
const BRIDGE = /^(During handling of the above exception|The above exception was the direct cause)/;
const JAVA_FRAME = /^\s+at [\w$.<>/]+\(.*\)$|^\s+\.\.\. \d+ more$/;

/**
 * Marks each line: `frame` for the way to the failure, `raised` for what was raised (all its lines), `bridge` for the
 * line that joins two tracebacks, `text` for all else. Python's form and Java's; returns undefined when there is neither.
 */
export function markTraceback(text: string): Line[] | undefined {
  const lines: Line[] = [];
  let state: 'outside' | 'frames' | 'raised' = 'outside';
  let found = false;
  for (const line of text.replace(/\n+$/, '').split('\n')) {
    const kind = kindOf(line);
    if (kind === 'frame') found = true;
    lines.push({ kind, text: line });
  }
  return found ? lines : undefined;

  function kindOf(line: string): LineKind {
    if (HEAD.test(line)) {
      state = 'frames';
      return 'frame';
    }
    if (BRIDGE.test(line)) {
      state = 'outside';
      return 'bridge';
    }
    if (JAVA_FRAME.test(line)) return 'frame';
    if (state === 'frames' && (line === '' || /^\s/.test(line))) return 'frame';
    if (state === 'frames') state = 'raised';
    if (state === 'raised' && line === '') state = 'outside';
    return state === 'raised' ? 'raised' : 'text';
  }
}
