import type { Review, ReviewReason } from '@builder-ai/contracts/task';
import { useFileOpener } from '../files/file-opener.ts';
import { toPlainText } from '../page/plain-text.ts';
import { agentName } from '../tasks/task-words.ts';
import { toPlace, VERDICT_WORDS } from './to-review.ts';

/** What the reviewer said of a step, and why. */
export function ReviewNote({ review }: { review: Review }) {
  const { verdict, agent, round, summary, reasons, accepted_by_user: isTaken } = review;
  return (
    <div className="review" data-testid="review" data-verdict={verdict}>
      <p className="review-head">
        <span className="verdict" data-verdict={verdict}>
          {VERDICT_WORDS[verdict]}
        </span>{' '}
        <span className="review-by">
          {agent && `by ${agentName(agent)}`}
          {round > 1 && `, round ${round}`}
          {isTaken && '; you took it as it is'}
        </span>
      </p>
      {summary && <p className="review-summary">{toPlainText(summary)}</p>}
      {reasons.length > 0 && (
        <ul className="review-reasons">
          {reasons.map(({ file, line, reason }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a review never changes, and may say the same twice
            <li key={index} data-testid="review-reason">
              <Place file={file} line={line} /> {toPlainText(reason)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Opens the file, where it is still there. */
function Place({ file, line }: Pick<ReviewReason, 'file' | 'line'>) {
  const opener = useFileOpener();
  if (file === null) return null;
  const place = <code>{toPlace({ file, line })}</code>;
  if (!opener.has(file)) return <span className="review-place">{place}</span>;
  return (
    <button type="button" className="button-plain review-place" onClick={() => opener.open(file)}>
      {place}
    </button>
  );
}
