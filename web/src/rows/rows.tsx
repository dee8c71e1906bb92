import { useVirtualizer } from '@tanstack/react-virtual';
import { type HTMLAttributes, type ReactNode, type Ref, useRef } from 'react';
import { useEnd } from './use-end.ts';
import '../styles/rows.css';

/** So many rows are simply there, to be searched by the browser; of more, only those in sight are drawn. */
const PLAIN_ROWS = 400;
const OVERSCAN_ROWS = 12;

type ItemProps = HTMLAttributes<HTMLLIElement> & { [name: `data-${string}`]: string | number | boolean | undefined };

export type RowsProps<Row> = {
  rows: readonly Row[];
  label: string;
  className: string;
  listClassName?: string;
  toKey: (row: Row) => string | number;
  toItem: (row: Row) => ItemProps;
  children: (row: Row) => ReactNode;
  /** How high a row is, about. */
  rowPixels: number;
  /** Whether its end stays in sight as it grows. */
  follows?: boolean;
};

/** A list in a box of its own, which the keyboard can reach and scroll, however long the list is. */
export function Rows<Row>(props: RowsProps<Row>) {
  return props.rows.length > PLAIN_ROWS ? <DrawnRows {...props} /> : <PlainRows {...props} />;
}

function PlainRows<Row>({ rows, toKey, toItem, children, follows = false, ...frame }: RowsProps<Row>) {
  const box = useRef<HTMLElement>(null);
  const onScroll = useEnd(box, rows.length, follows);
  return (
    <Box {...frame} ref={box} onScroll={onScroll}>
      <ol className={frame.listClassName}>
        {rows.map((row) => (
          <li key={toKey(row)} {...toItem(row)}>
            {children(row)}
          </li>
        ))}
      </ol>
    </Box>
  );
}

function DrawnRows<Row>({ rows, toKey, toItem, children, rowPixels, follows = false, ...frame }: RowsProps<Row>) {
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => toKey(rows[index] as Row),
    overscan: OVERSCAN_ROWS,
  });
  const onScroll = useEnd(box, rows.length, follows, () => virtual.scrollToIndex(rows.length - 1, { align: 'end' }));
  return (
    <Box {...frame} ref={box} onScroll={onScroll}>
      <ol
        className={`${frame.listClassName ?? ''} rows-drawn`}
        style={{ height: virtual.getTotalSize() }}
        data-testid="drawn-rows"
      >
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index] as Row;
          return (
            <li
              key={key}
              {...toItem(row)}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={rows.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
            >
              {children(row)}
            </li>
          );
        })}
      </ol>
    </Box>
  );
}

type BoxProps = {
  label: string;
  className: string;
  ref: Ref<HTMLElement>;
  onScroll: () => void;
  children: ReactNode;
};

function Box({ label, className, ref, onScroll, children }: BoxProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys
    <section ref={ref} className={`scroll ${className}`} onScroll={onScroll} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
