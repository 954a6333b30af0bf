import { useMemo } from 'react';
import { splitControls } from '../lib/controls';

/** Text from outside, as it came; characters that would act on it show as their names instead. */
export function PlainText({ text }: { text: string }) {
  const pieces = useMemo(() => splitControls(text), [text]);
  return pieces.map((piece, i) =>
    piece.isControl ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text keep their places
      <span key={i} className="gh-control" title="A control character">
        {piece.text}
      </span>
    ) : (
      piece.text
    ),
  );
}
