import { useEffect } from 'react';

const NAME = 'Builder AI';

/** What the browser's tab says. */
export function useTitle(words: string | null): void {
  useEffect(() => {
    document.title = words ? `${words} · ${NAME}` : NAME;
    return () => {
      document.title = NAME;
    };
  }, [words]);
}
