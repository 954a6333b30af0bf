import { type PointerEvent, useRef, useState } from 'react';

const CLICK = 5; // pixels: a shorter drag is a click

/** Selecting a stretch of a chart with the mouse or a pen; a finger scrolls the page instead. */
export function useDragSelection(onSelect: (left: number, right: number) => void) {
  const start = useRef<number>(null);
  const [selection, setSelection] = useState<{ left: number; width: number }>();
  const positionOf = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(Math.max(event.clientX - box.left, 0), box.width);
  };
  const stop = () => {
    start.current = null;
    setSelection(undefined);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      start.current = positionOf(event);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (start.current === null) return;
      const x = positionOf(event);
      if (!selection && Math.abs(x - start.current) < CLICK) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setSelection({ left: Math.min(x, start.current), width: Math.abs(x - start.current) });
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const from = start.current;
      const wasDragged = selection !== undefined;
      stop();
      if (from === null || !wasDragged) return;
      const to = positionOf(event);
      onSelect(Math.min(from, to), Math.max(from, to));
    },
    onPointerCancel: stop,
  };
  return { selection, handlers };
}
