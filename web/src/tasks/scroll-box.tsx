import type { ReactNode, RefObject } from 'react';

type Props = {
  label: string;
  className: string;
  box: RefObject<HTMLElement | null>;
  onScroll: () => void;
  hiddenCount: number;
  showAll: () => void;
  children: ReactNode;
};

/** A list in a box of its own, which the keyboard can reach and scroll. */
export function ScrollBox({ label, className, box, onScroll, hiddenCount, showAll, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys
    <section ref={box} className={`scroll ${className}`} onScroll={onScroll} aria-label={label} tabIndex={0}>
      {hiddenCount > 0 && (
        <button type="button" className="button scroll-more" onClick={showAll}>
          Show {hiddenCount} earlier
        </button>
      )}
      {children}
    </section>
  );
}
