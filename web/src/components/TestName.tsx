import { Fragment } from 'react';
import { PlainText } from './PlainText';

/** A test's name, which may break after its dots, slashes, colons and underscores. */
export function TestName({ name }: { name: string }) {
  const parts = name.split(/(?<=[./:_(])/);
  return (
    <span className="gh-test-name">
      {parts.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one name keep their places
        <Fragment key={i}>
          {i > 0 && <wbr />}
          <PlainText text={part} />
        </Fragment>
      ))}
    </span>
  );
}
