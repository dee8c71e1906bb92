import type { TaskEvent } from '@builder-ai/contracts/task';
import { memo } from 'react';
import type { LiveState } from '../live/live-connection.ts';
import type { LivePart } from '../live/live-parts.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toClock } from '../page/quantities.ts';
import { LiveOutput } from './live-output.tsx';
import { ScrollBox } from './scroll-box.tsx';
import { toTimelineWords } from './timeline-words.ts';
import { useTail } from './use-tail.ts';

const STATE_WORDS: Record<LiveState, string> = {
  connecting: 'connecting',
  live: 'live',
  reconnecting: 'reconnecting',
  offline: 'offline',
  error: 'not live',
};

type Props = { events: readonly TaskEvent[]; state: LiveState; live: readonly LivePart[] };

/** All that happened, in order: each entry has the number the server gave it. */
export function TimelinePanel({ events, state, live }: Props) {
  const { shown, ...tail } = useTail(events);
  return (
    <section className="panel" aria-label="Timeline">
      <h4>
        Timeline <span className="panel-count">{events.length}</span>
        <span className="panel-state" data-testid="feed-state" data-state={state}>
          {STATE_WORDS[state]}
        </span>
      </h4>
      {events.length === 0 ? (
        <p className="muted">{state === 'live' ? 'Nothing has happened yet.' : 'Waiting for the live connection.'}</p>
      ) : (
        <ScrollBox {...tail} label="Timeline entries" className="timeline-box">
          <ol className="timeline">
            {shown.map((event) => (
              <Entry key={event.seq} event={event} />
            ))}
          </ol>
        </ScrollBox>
      )}
      {live.map((part) => part.kind === 'command_output' && <LiveOutput key={part.id} part={part} events={events} />)}
    </section>
  );
}

const Entry = memo(function Entry({ event }: { event: TaskEvent }) {
  const { title, detail, tone } = toTimelineWords(event);
  return (
    <li
      className="entry"
      data-testid="timeline-event"
      data-seq={event.seq}
      data-type={event.event_type}
      data-tone={tone}
    >
      <span className="entry-seq">{event.seq}</span>
      <span className="entry-text">
        <span className="entry-title">{toPlainText(title)}</span>{' '}
        {detail && <span className="entry-detail">{toPlainText(detail)}</span>}
      </span>
      <time className="entry-time" dateTime={event.timestamp}>
        {toClock(event.timestamp)}
      </time>
    </li>
  );
});
