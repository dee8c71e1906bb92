import type { TaskEvent } from '@builder-ai/contracts/task';
import { memo, useState } from 'react';
import { toPlainText } from '../page/plain-text.ts';
import { toClock } from '../page/quantities.ts';
import { toTimelineWords } from './timeline-words.ts';

/** Longer output is folded: the rest is a click away. */
const FOLDED_LINES = 6;
const FOLDED_LENGTH = 600;

export const toItem = (event: TaskEvent) => ({
  className: 'entry',
  'data-testid': 'timeline-event',
  'data-seq': event.seq,
  'data-type': event.event_type,
  'data-tone': toTimelineWords(event).tone,
});

export const Entry = memo(function Entry({ event }: { event: TaskEvent }) {
  const { title, detail } = toTimelineWords(event);
  return (
    <>
      <span className="entry-seq">{event.seq}</span>
      <span className="entry-text">
        <span className="entry-title">{toPlainText(title)}</span> {detail && <Detail text={toPlainText(detail)} />}
      </span>
      <time className="entry-time" dateTime={event.timestamp}>
        {toClock(event.timestamp)}
      </time>
    </>
  );
});

function Detail({ text }: { text: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const folded = fold(text);
  if (folded === text) return <span className="entry-detail">{text}</span>;
  return (
    <span className="entry-detail">
      {isWhole ? text : folded}{' '}
      <button type="button" className="button-plain" onClick={() => setIsWhole(!isWhole)}>
        {isWhole ? 'Show less' : 'Show all'}
      </button>
    </span>
  );
}

function fold(text: string): string {
  const lines = text.split('\n', FOLDED_LINES + 1);
  const head = lines.length > FOLDED_LINES ? `${lines.slice(0, FOLDED_LINES).join('\n')}\n…` : text;
  return head.length > FOLDED_LENGTH ? `${head.slice(0, FOLDED_LENGTH)}…` : head;
}
