import { memo, useMemo } from 'react';
import { toModels, vendorWords } from '../agents/agent-words.ts';
import type { ShownTask } from '../history/shown-task.ts';
import type { LivePart } from '../live/live-parts.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toClock } from '../page/quantities.ts';
import { Rows } from '../rows/rows.tsx';
import { LiveSaid } from './live-said.tsx';
import { mergeMessages, type SaidMessage } from './merge-messages.ts';
import { MessageBox } from './message-box.tsx';
import { PART_WORDS } from './part-words.ts';
import '../styles/conversation.css';

const MESSAGE_PIXELS = 72;

type Props = { shown: ShownTask; live: readonly LivePart[] };

/** What the agents say to each other and to the user, and room to answer them. */
export function ConversationPanel({ shown: { task, events, isPast }, live }: Props) {
  const said = useMemo(() => mergeMessages(task.messages ?? [], events), [task.messages, events]);
  const models = useMemo(() => toModels(events), [events]);
  return (
    <section className="panel" aria-label="Conversation">
      <h4>
        Conversation <span className="panel-count">{said.length}</span>
      </h4>
      {said.length === 0 ? (
        <p className="muted">Nothing was said yet.</p>
      ) : (
        <Rows
          rows={said}
          label="Messages"
          className="conversation-box"
          listClassName="conversation"
          toKey={({ key }) => key}
          toItem={({ part }) => ({ className: 'said', 'data-testid': 'message', 'data-part': part })}
          rowPixels={MESSAGE_PIXELS}
          follows={!isPast}
        >
          {(message) => <Said message={message} model={models.get(message.agent ?? '')} />}
        </Rows>
      )}
      {!isPast && live.map((part) => part.kind === 'message_delta' && <LiveSaid key={part.id} part={part} />)}
      {!isPast && <MessageBox task={task} />}
      {!isPast && task.collaboration_log && <Transcript text={task.collaboration_log} />}
    </section>
  );
}

const Said = memo(function Said({ message, model }: { message: SaidMessage; model: string | undefined }) {
  const { part, agent, content, timestamp } = message;
  const who = [agent && vendorWords(agent), model !== agent && model].filter(Boolean).join(' · ');
  return (
    <>
      <p className="said-head">
        <span className="said-part">{PART_WORDS[part]}</span> <span className="said-who">{who}</span>
        <time dateTime={timestamp}>{toClock(timestamp)}</time>
      </p>
      <p className="said-text">{toPlainText(content)}</p>
    </>
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
