/** Keys that work on every page: single ones as "/", and pairs as "g o". */
import { useEffect, useLayoutEffect, useRef } from 'react';

export type Keys = Record<string, () => void>;

const PAIR_WITHIN = 1_500; // milliseconds

export function useKeys(keys: Keys): void {
  const known = useRef(keys);
  useEffect(() => {
    known.current = keys;
  });
  // With the page's first paint, not after it: what is seen can be pressed.
  useLayoutEffect(() => {
    let first = { key: '', at: 0 };
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (isTaken(event.target)) return;
      const before = event.timeStamp - first.at < PAIR_WITHIN ? first.key : '';
      const act = known.current[`${before} ${event.key}`] ?? known.current[event.key];
      first = act ? { key: '', at: 0 } : { key: event.key, at: event.timeStamp };
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}

/** Whether the key belongs to something else: a field that is typed in, or a dialog that is open. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]')) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}
