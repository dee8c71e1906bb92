import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { memo, useMemo } from 'react';
import { toModels, vendorWords } from '../agents/agent-words.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toClock } from '../page/quantities.ts';
import { ScrollBox } from '../tasks/scroll-box.tsx';
import { useTail } from '../tasks/use-tail.ts';
import { mergeMessages, type Part, type SaidMessage } from './merge-messages.ts';
import { MessageBox } from './message-box.tsx';

const PART_WORDS: Record<Part, string> = {
  user: 'You',
  planner: 'Planner',
  builder: 'Builder',
  reviewer: 'Reviewer',
};

/** What the agents say to each other and to the user, and room to answer them. */
export function ConversationPanel({ task, events }: { task: Task; events: readonly TaskEvent[] }) {
  const said = useMemo(() => mergeMessages(task.messages ?? [], events), [task.messages, events]);
  const models = useMemo(() => toModels(events), [events]);
  const { shown, ...tail } = useTail(said);
  return (
    <section className="panel" aria-label="Conversation">
      <h4>
        Conversation <span className="panel-count">{said.length}</span>
      </h4>
      {said.length === 0 ? (
        <p className="muted">Nothing was said yet.</p>
      ) : (
        <ScrollBox {...tail} label="Messages" className="conversation-box">
          <ol className="conversation">
            {shown.map((message) => (
              <Said key={message.key} message={message} model={models.get(message.agent ?? '')} />
            ))}
          </ol>
        </ScrollBox>
      )}
      <MessageBox task={task} />
      {task.collaboration_log && <Transcript text={task.collaboration_log} />}
    </section>
  );
}

const Said = memo(function Said({ message, model }: { message: SaidMessage; model: string | undefined }) {
  const { part, agent, content, timestamp } = message;
  const who = [agent && vendorWords(agent), model !== agent && model].filter(Boolean).join(' · ');
  return (
    <li className="said" data-testid="message" data-part={part}>
      <p className="said-head">
        <span className="said-part">{PART_WORDS[part]}</span> <span className="said-who">{who}</span>
        <time dateTime={timestamp}>{toClock(timestamp)}</time>
      </p>
      <p className="said-text">{toPlainText(content)}</p>
    </li>
  );
});

/** The same as one text, to be read or taken along, with what an import brought. */
function Transcript({ text }: { text: string }) {
  return (
    <details className="transcript" data-testid="transcript">
      <summary>Transcript as text</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys */}
      <pre className="file-text" tabIndex={0}>
        {toPlainText(text)}
      </pre>
    </details>
  );
}
