/** Search patterns: RE2's syntax (the server's), in any case of letters. */

export interface CheckedPattern {
  regex?: RegExp; // none when the pattern is empty or wrong
  error?: string; // why it is wrong, in one line
}

// RE2 runs in linear time because it leaves these out.
const NOT_IN_RE2 = /\(\?(?:=|!|<=|<!)|(?<!\\)(?:\\\\)*\\[1-9]/;

/** Compiles a search pattern for use in the browser, and says what is wrong with it for the server too. */
export function checkPattern(pattern: string): CheckedPattern {
  if (!pattern) return {};
  if (NOT_IN_RE2.test(pattern))
    return { error: 'Not a search pattern: look-around and back-references are not supported' };
  try {
    // RE2 takes flags at the front, (?i); JavaScript does not, and i is on in any case.
    return { regex: new RegExp(pattern.replace(/^\(\?[ims]+\)/, ''), 'i') };
  } catch (error) {
    const reason = String((error as Error).message).replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '');
    return { error: `Not a regular expression: ${reason}` };
  }
}
