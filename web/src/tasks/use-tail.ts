import { type RefObject, useEffect, useRef, useState } from 'react';

/** More rows than this at once make the page slow; the older ones are a click away. */
const SHOWN_ROWS = 500;
const NEAR_END_PIXELS = 40;

/** The end of a growing list, in a box that follows it for as long as the reader is at its end. */
export function useTail<Row>(rows: readonly Row[]) {
  const [showsAll, setShowsAll] = useState(false);
  const box: RefObject<HTMLElement | null> = useRef(null);
  const isAtEnd = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows are the reason to scroll
  useEffect(() => {
    if (isAtEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [rows.length]);

  return {
    shown: showsAll ? rows : rows.slice(-SHOWN_ROWS),
    hiddenCount: showsAll ? 0 : Math.max(0, rows.length - SHOWN_ROWS),
    showAll: () => setShowsAll(true),
    box,
    onScroll() {
      const { scrollTop, scrollHeight, clientHeight } = box.current ?? {
        scrollTop: 0,
        scrollHeight: 0,
        clientHeight: 0,
      };
      isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
    },
  };
}
