import { useCallback, useEffect, useRef, useState } from 'react';

export interface Scrolled {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A box that scrolls: its ref, and what part of its content is in view, at the pace of the screen. */
export function useScrolled() {
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState<Scrolled>({ left: 0, top: 0, width: 1200, height: 600 });
  const read = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const { scrollLeft: left, scrollTop: top, clientWidth: width, clientHeight: height } = element;
    setScrolled((before) =>
      before.left === left && before.top === top && before.width === width && before.height === height
        ? before
        : { left, top, width, height },
    );
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    read();
    element.addEventListener('scroll', read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', read);
      observer.disconnect();
    };
  }, [read]);
  return { box, scrolled };
}
