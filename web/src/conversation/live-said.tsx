import { vendorWords } from '../agents/agent-words.ts';
import { LiveBox } from '../live/live-box.tsx';
import type { LivePart } from '../live/live-parts.ts';
import { toPlainText } from '../page/plain-text.ts';
import type { Part } from './merge-messages.ts';
import { PART_WORDS } from './part-words.ts';

/** What a model is saying at this moment. It is told whole, as a message or by what it leads to, when it has ended. */
export function LiveSaid({ part: live }: { part: LivePart }) {
  const part = toPart(live);
  return (
    <div className="said live-said" data-testid="live-said" data-part={part}>
      <p className="said-head">
        <span className="said-part">{PART_WORDS[part]}</span>{' '}
        <span className="said-who">{`${vendorWords(live.agent ?? '')} is answering`}</span>
      </p>
      <LiveBox label="What is being said">
        <p className="said-text">{toPlainText(live.text)}</p>
      </LiveBox>
    </div>
  );
}

/** Plans belong to no step, and a review's calls are named for the call that finished the step. */
function toPart({ id, step }: LivePart): Part {
  if (step === null) return 'planner';
  return /\.v\d+-\d+$/.test(id) ? 'reviewer' : 'builder';
}
