import { Button, Spinner } from '@patternfly/react-core';
import SearchIcon from '@patternfly/react-icons/dist/dynamic/icons/search-icon';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import {
  countWords,
  forgetPlaces,
  lastPlaces,
  type Place,
  rememberPlace,
  type Section,
  sectionsOf,
} from '../../lib/found';
import { useDebounced } from '../../lib/hooks';
import { Dialog } from '../Dialog';
import { FoundList } from './FoundList';
import { usePlaceLink } from './placeLink';
import { findQuery } from './queries';
import './find.css';

const LONGEST = 200; // characters that the API takes
const PAUSE = 150; // milliseconds

interface Props {
  onClose: () => void;
  onKeys: () => void; // shows all keys instead
}

/** Finds jobs, projects, tests, changes and runs as one types; without a text it offers where one went last. */
export function FindDialog({ onClose, onKeys }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const [typed, setTyped] = useDebounced(text, setText, PAUSE);
  const q = text.trim();
  const { data, error, refetch, isFetching, isPlaceholderData } = useQuery(findQuery(q));
  const [last, setLast] = useState(lastPlaces);
  const sections = q ? (data ? sectionsOf(data, q) : []) : lastSection(last);
  const places = sections.flatMap((section) => section.places);
  const [active, setActive] = useActive(places, q);
  const linkOf = usePlaceLink();
  const navigate = useNavigate();
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when another place is active
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const isSettled = typed === text && !isPlaceholderData;
  const open = (place: Place) => {
    rememberPlace(place);
    onClose();
    navigate(linkOf(place));
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const chosen = places[active];
    if (step && places.length > 0) setActive((active + step + places.length) % places.length);
    // What is not yet the answer to what is typed is not opened.
    else if (event.key === 'Enter' && chosen && isSettled) open(chosen);
    else return;
    event.preventDefault();
  };
  const hasList = places.length > 0 && !error;
  return (
    <Dialog label="Find" onClose={onClose} className="gh-find">
      <div className="gh-find-field">
        <SearchIcon aria-hidden="true" />
        <input
          type="text"
          role="combobox"
          aria-label="Find jobs, projects, tests, changes and runs"
          aria-expanded={hasList}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={hasList ? `${id}-${active}` : undefined}
          placeholder="A job, project or test, a change's number, a run's uuid"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={LONGEST}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={keyDown}
        />
        {isFetching && <Spinner size="md" aria-label="Finding" />}
      </div>
      <div ref={list} className={isSettled ? 'gh-find-found' : 'gh-find-found gh-stale'}>
        {hasList ? (
          <FoundList
            id={id}
            sections={sections}
            active={active}
            q={q}
            linkOf={linkOf}
            onActive={setActive}
            onOpen={(place) => {
              rememberPlace(place);
              onClose();
            }}
          />
        ) : (
          <div id={`${id}-list`} className="gh-find-note">
            {error ? (
              <div role="alert">
                Nothing could be looked for: {error.message}{' '}
                <Button variant="link" isInline onClick={() => refetch()}>
                  Retry
                </Button>
              </div>
            ) : q === '' ? (
              'Type part of a name, or the first digits of a change or a uuid. All that was ever seen is found.'
            ) : data ? (
              <Nothing q={q} />
            ) : null}
          </div>
        )}
      </div>
      <div className="gh-find-foot">
        <span className="gh-find-keys">
          <kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>Enter</kbd> open, <kbd>Esc</kbd> close
        </span>
        {q === '' && last.length > 0 && (
          <Button
            variant="link"
            isInline
            onClick={() => {
              forgetPlaces();
              setLast([]);
            }}
          >
            Forget these
          </Button>
        )}
        <Button variant="link" isInline onClick={onKeys}>
          All keys
        </Button>
      </div>
      <div role="status" className="pf-v6-screen-reader">
        {q && data && isSettled && countWords(sections)}
      </div>
    </Dialog>
  );
}

function Nothing({ q }: { q: string }) {
  return (
    <>
      Nothing has <q className="gh-break">{q}</q> in its name, and no change or run begins with it. Changes are found
      from three digits on, runs from four.
    </>
  );
}

function lastSection(places: Place[]): Section[] {
  return places.length > 0 ? [{ title: 'Where you went last', places, left: 0 }] : [];
}

/** Which place the arrow keys have reached; the first again as soon as others are listed. */
function useActive(places: readonly Place[], q: string): [number, (at: number) => void] {
  const [active, setActive] = useState({ q, at: 0 });
  const at = active.q === q ? Math.min(active.at, Math.max(0, places.length - 1)) : 0;
  return [at, (next) => setActive({ q, at: next })];
}
