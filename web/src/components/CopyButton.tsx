import { Button } from '@patternfly/react-core';
import CopyIcon from '@patternfly/react-icons/dist/dynamic/icons/copy-icon';
import { useState } from 'react';
import { copyText } from '../lib/clipboard';

/** Copies a text, and says whether that worked. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const [said, setSaid] = useState('Copy');
  const copy = async () => setSaid((await copyText(text)) ? 'Copied' : 'Could not copy');
  return (
    <Button
      variant="link"
      size="sm"
      isInline
      icon={<CopyIcon />}
      onClick={copy}
      onBlur={() => setSaid('Copy')}
      aria-label={`${said} ${name}`}
    >
      {said}
    </Button>
  );
}
