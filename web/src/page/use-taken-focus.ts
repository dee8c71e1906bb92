import { type RefObject, useEffect } from 'react';

/**
 * What opens out of sight takes the focus, once, so that whoever asked for it is taken there; when it closes, the focus
 * goes back to where it was.
 */
export function useTakenFocus(view: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    view.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [view]);
}
