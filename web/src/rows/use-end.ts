import { type RefObject, useLayoutEffect, useRef } from 'react';

const NEAR_END_PIXELS = 40;

/**
 * Keeps a growing box at its end for as long as its reader is there.
 * @param length how much there is @param toEnd goes there, where that takes more than scrolling
 */
export function useEnd(box: RefObject<HTMLElement | null>, length: number, follows: boolean, toEnd?: () => void) {
  const isAtEnd = useRef(true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: more of it is the reason to scroll
  useLayoutEffect(() => {
    if (!follows || !isAtEnd.current || !box.current) return;
    if (toEnd) toEnd();
    else box.current.scrollTop = box.current.scrollHeight;
  }, [length, follows]);

  return () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current ?? { scrollTop: 0, scrollHeight: 0, clientHeight: 0 };
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS;
  };
}
