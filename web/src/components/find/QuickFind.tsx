import { Button } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { lazy, Suspense, useState } from 'react';
import { useNavigate } from 'react-router';
import { useKeys } from '../../lib/keys';
import { FAILURES, OVERVIEW, STATUS, TESTS } from '../../lib/paths';
import { useLinkTo } from '../../lib/useView';

// Loaded when first asked for.
const FindDialog = lazy(async () => ({ default: (await import('./FindDialog')).FindDialog }));
const KeysDialog = lazy(async () => ({ default: (await import('./KeysDialog')).KeysDialog }));

/** The masthead's way to quick find, and the keys that work on every page. */
export function QuickFind() {
  const [open, setOpen] = useState<'find' | 'keys'>();
  const navigate = useNavigate();
  const linkTo = useLinkTo();
  const goTo = (path: string) => () => navigate(linkTo(path));
  useKeys({
    '/': () => setOpen('find'),
    '?': () => setOpen('keys'),
    'g o': goTo(OVERVIEW),
    'g f': goTo(FAILURES),
    'g t': goTo(TESTS),
    'g s': goTo(STATUS),
  });
  const close = () => setOpen(undefined);
  return (
    <>
      <Button
        variant="plain"
        className="gh-find-button"
        aria-label="Find"
        aria-keyshortcuts="/"
        aria-haspopup="dialog"
        onClick={() => setOpen('find')}
      >
        <SearchIcon aria-hidden="true" />
        <span className="gh-find-word" aria-hidden="true">
          Find
        </span>
        <kbd>/</kbd>
      </Button>
      <Suspense>
        {open === 'find' && <FindDialog onClose={close} onKeys={() => setOpen('keys')} />}
        {open === 'keys' && <KeysDialog onClose={close} />}
      </Suspense>
    </>
  );
}
