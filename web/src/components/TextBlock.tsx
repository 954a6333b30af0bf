import { useMemo } from 'react';
import { markTraceback } from '../lib/traceback';
import { PlainText } from './PlainText';

/** Text as it came, in a block that scrolls by itself; in a traceback, what was raised stands out. */
export function TextBlock({ text, name }: { text: string; name: string }) {
  const lines = useMemo(() => markTraceback(text), [text]);
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={`Text of ${name}`}
      className="gh-text-scroll"
    >
      <pre>
        {lines ? (
          lines.map(({ kind, text: line }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text keep their places
            <span key={i} className={`gh-line-${kind}`}>
              <PlainText text={line} />
              {'\n'}
            </span>
          ))
        ) : (
          <PlainText text={text} />
        )}
      </pre>
    </section>
  );
}
