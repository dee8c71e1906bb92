import type { ReactNode } from 'react';

/** A box for text that grows: its end stays in sight, which the style does by turning the order round. */
export function LiveBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys
    <section className="live-box" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
