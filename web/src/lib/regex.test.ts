import { describe, expect, it } from 'vitest';
import { checkPattern } from './regex';

describe('checkPattern', () => {
  it('finds in any case', () => {
    expect(checkPattern('nova.*compute').regex?.test('tempest.NOVA.x.Compute')).toBe(true);
  });
  it('takes an empty pattern as none', () => {
    expect(checkPattern('')).toEqual({});
  });
  it('says in one line what is wrong', () => {
    expect(checkPattern('nova(').error).toBe('Not a regular expression: Unterminated group');
    expect(checkPattern('a/b[').error).toBe('Not a regular expression: Unterminated character class');
  });
  it('refuses what the server could not search for', () => {
    expect(checkPattern('(?!nova)').error).toMatch(/look-around/);
    expect(checkPattern('(a)\\1').error).toMatch(/back-references/);
    expect(checkPattern('a\\\\1').error).toBeUndefined();
  });
  it("takes RE2's flags at the front", () => {
    expect(checkPattern('(?i)Nova').regex?.test('nova')).toBe(true);
  });
});
