import { useMemo } from 'react';
import { toPlainText } from '../page/plain-text.ts';
import { Rows } from '../rows/rows.tsx';
import { type FileText, SHOWN_LINE_LENGTH } from './file-text.ts';
import { highlightLines, type Piece } from './highlight-lines.ts';

const LINE_PIXELS = 20;

type Line = { number: number; pieces: readonly Piece[] };

/** A file line by line, of which only those in sight are drawn when there are many. */
export function FileLines({ path, content }: { path: string; content: FileText }) {
  const lines = useMemo(() => toLines(path, content), [path, content]);
  return (
    <Rows
      rows={lines}
      label={`Lines of ${path}`}
      className="file-text"
      listClassName="code-lines"
      toKey={({ number }) => number}
      toItem={() => ({ className: 'code-line' })}
      rowPixels={LINE_PIXELS}
    >
      {({ number, pieces }) => (
        <>
          <span className="code-number" aria-hidden="true">
            {number}
          </span>
          <code>
            {pieces.map(({ className, text }, index) =>
              className ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line never change
                <span key={index} className={className}>
                  {toPlainText(text)}
                </span>
              ) : (
                toPlainText(text)
              ),
            )}
          </code>
        </>
      )}
    </Rows>
  );
}

function toLines(path: string, { text, lines }: FileText): Line[] {
  const highlighted = highlightLines(path, text);
  return lines.map((line, index) => ({ number: index + 1, pieces: highlighted?.[index] ?? [{ text: cut(line) }] }));
}

const cut = (line: string) =>
  line.length > SHOWN_LINE_LENGTH
    ? `${line.slice(0, SHOWN_LINE_LENGTH)} … ${(line.length - SHOWN_LINE_LENGTH).toLocaleString()} characters more`
    : line;
