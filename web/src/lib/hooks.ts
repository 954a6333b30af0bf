/** Small pieces of React state that several pages need. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { isDark, onThemeChange } from './theme';

/** The present moment, anew every so many milliseconds: relative times then stay true. */
export function useNow(interval = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), interval);
    return () => clearInterval(timer);
  }, [interval]);
  return now;
}

export function useIsDark(): boolean {
  return useSyncExternalStore(onThemeChange, isDark);
}

// Below these widths of the window app.css hides columns: .gh-from-md, .gh-from-lg.
export const WIDTH_MD = '48rem';
export const WIDTH_LG = '75rem';

export function useIsWiderThan(width: string): boolean {
  const query = useMemo(() => matchMedia(`(min-width: ${width})`), [width]);
  return useSyncExternalStore(
    (callback) => {
      query.addEventListener('change', callback);
      return () => query.removeEventListener('change', callback);
    },
    () => query.matches,
  );
}

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} — Gatehealth`;
  }, [title]);
}

/** A text field's value that reaches the outside only after the typing has paused, and follows the outside's changes. */
export function useDebounced(outside: string, report: (value: string) => void, milliseconds = 250) {
  const [value, setValue] = useState(outside);
  const [seen, setSeen] = useState(outside);
  if (seen !== outside) {
    setSeen(outside);
    setValue(outside);
  }
  useEffect(() => {
    if (value === outside) return;
    const timer = setTimeout(() => report(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, outside, report, milliseconds]);
  return [value, setValue] as const;
}
