/** Which rows of a long table to draw: those in the window and some around them. */
import { type RefObject, useCallback, useEffect, useState } from 'react';

export const VIRTUAL_FROM = 500; // rows: fewer are drawn whole, so that the browser's own search finds all
const AROUND = 30; // rows drawn beyond each edge of the window
const ROW_HEIGHT = 38; // pixels, until one is measured
const STEP = 10; // rows: scrolling by less draws nothing anew

export interface Drawn {
  first: number;
  end: number; // the first that is not drawn
}

/** Rows that a window shows whose top edge is `above` pixels below the top of the rows. */
export function drawnRows(count: number, above: number, windowHeight: number, rowHeight: number): Drawn {
  const top = Math.floor(above / rowHeight / STEP) * STEP - AROUND;
  const bottom = Math.ceil((above + windowHeight) / rowHeight / STEP) * STEP + AROUND;
  const first = Math.min(Math.max(0, top), Math.max(0, count - 1));
  return { first, end: Math.min(count, Math.max(bottom, first + 1)) };
}

/** Follows the window's scrolling. Rows are taken to be all as high as the first one drawn (tr[aria-rowindex]). */
export function useDrawnRows(count: number, body: RefObject<HTMLElement | null>): Drawn & { rowHeight: number } {
  const isVirtual = count > VIRTUAL_FROM;
  const read = useCallback(() => {
    const above = body.current ? -body.current.getBoundingClientRect().top : 0;
    const row = body.current?.querySelector('tr[aria-rowindex]');
    const rowHeight = row?.getBoundingClientRect().height || ROW_HEIGHT;
    return { ...drawnRows(count, above, window.innerHeight, rowHeight), rowHeight };
  }, [count, body]);
  const [drawn, setDrawn] = useState({ first: 0, end: AROUND, rowHeight: ROW_HEIGHT });
  useEffect(() => {
    if (!isVirtual) return;
    const follow = () =>
      setDrawn((before) => {
        const next = read();
        return before.first === next.first && before.end === next.end && before.rowHeight === next.rowHeight
          ? before
          : next;
      });
    follow();
    window.addEventListener('scroll', follow, { passive: true });
    window.addEventListener('resize', follow);
    return () => {
      window.removeEventListener('scroll', follow);
      window.removeEventListener('resize', follow);
    };
  }, [isVirtual, read]);
  if (!isVirtual) return { first: 0, end: count, rowHeight: ROW_HEIGHT };
  return { ...drawn, first: Math.min(drawn.first, count), end: Math.min(drawn.end, count) };
}
