import { Fragment, memo, useState } from 'react';
import { toPlainText } from '../page/plain-text.ts';
import type { DiffFile, DiffLine, Hunk } from './parse-diff.ts';

/** More rows than this at once make the page slow; the others are a click away. */
const SHOWN_ROWS = 1000;

const CHANGE_WORDS: Record<DiffFile['change'], string> = {
  created: 'created',
  deleted: 'deleted',
  changed: 'changed',
};
const SIGNS: Record<DiffLine['kind'], string> = { added: '+', removed: '−', same: '', note: '' };
const SIGN_WORDS: Partial<Record<DiffLine['kind'], string>> = { added: 'added: ', removed: 'removed: ' };

/** One file's changes, as text. The sign says what the colour says. */
export const DiffFileView = memo(function DiffFileView({ file }: { file: DiffFile }) {
  const [showsAll, setShowsAll] = useState(false);
  const { shown, hiddenCount } = showsAll ? { shown: file.hunks, hiddenCount: 0 } : cut(file.hunks);
  return (
    <details className="diff-file" data-testid="diff-file" open>
      <summary>
        <span className="file-path">{toPlainText(file.path)}</span>{' '}
        <span className="diff-counts">
          {CHANGE_WORDS[file.change]} <span className="diff-added">+{file.added}</span>{' '}
          <span className="diff-removed">−{file.removed}</span>
        </span>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys */}
      <section className="diff-box" aria-label={`Changes in ${file.path}`} tabIndex={0}>
        <table className="diff">
          <tbody>
            {shown.map((hunk, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: hunks never change their order
              <Fragment key={index}>
                {index > 0 && (
                  <tr className="diff-gap">
                    <td colSpan={4}>{`⋯ ${toPlainText(hunk.title)}`}</td>
                  </tr>
                )}
                {hunk.lines.map((line, row) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor do lines
                  <Row key={row} line={line} />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </section>
      {hiddenCount > 0 && (
        <button type="button" className="button scroll-more" onClick={() => setShowsAll(true)}>
          Show {hiddenCount} more lines
        </button>
      )}
    </details>
  );
});

function Row({ line: { kind, before, after, text } }: { line: DiffLine }) {
  return (
    <tr className="diff-line" data-testid="diff-line" data-kind={kind}>
      <td className="diff-number">{before}</td>
      <td className="diff-number">{after}</td>
      <td className="diff-sign">
        <span aria-hidden="true">{SIGNS[kind]}</span>
        <span className="visually-hidden">{SIGN_WORDS[kind]}</span>
      </td>
      <td className="diff-text">{toPlainText(text)}</td>
    </tr>
  );
}

function cut(hunks: readonly Hunk[]): { shown: Hunk[]; hiddenCount: number } {
  const shown: Hunk[] = [];
  let room = SHOWN_ROWS;
  let hiddenCount = 0;
  for (const hunk of hunks) {
    const lines = hunk.lines.slice(0, room);
    room -= lines.length;
    hiddenCount += hunk.lines.length - lines.length;
    if (lines.length > 0) shown.push({ ...hunk, lines });
  }
  return { shown, hiddenCount };
}
