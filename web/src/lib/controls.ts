/** Finds the characters of a text that act instead of showing: they can reorder, hide or overwrite what stands around them. */

export interface Piece {
  text: string;
  isControl: boolean; // text then names the characters: \u202e
}

// A line's end may be two characters; tabs and line ends do what a reader expects of them.
const CONTROLS = /((?:(?!\t|\r?\n)[\p{Cc}\p{Bidi_Control}])+)/u;

/** The text as pieces: what can be shown as it is, and runs of control characters by their names. */
export function splitControls(text: string): Piece[] {
  return text
    .split(CONTROLS)
    .map((piece, i) => (i % 2 === 1 ? { text: namesOf(piece), isControl: true } : { text: piece, isControl: false }))
    .filter((piece) => piece.text !== '');
}

function namesOf(characters: string): string {
  return [...characters].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
