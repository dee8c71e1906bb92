import type { TaskEvent } from '@builder-ai/contracts/task';
import { useMemo, useState } from 'react';
import { LiveSaid } from '../conversation/live-said.tsx';
import { MessageBox } from '../conversation/message-box.tsx';
import type { ShownTask } from '../history/shown-task.ts';
import type { LivePart } from '../live/live-parts.ts';
import { Rows } from '../rows/rows.tsx';
import { LiveOutput } from './live-output.tsx';
import { Entry, toItem } from './timeline-entry.tsx';
import { isShown, KIND_WORDS, type ShownKind } from './timeline-kinds.ts';

const ENTRY_PIXELS = 32;

type Props = { shown: ShownTask; live: readonly LivePart[] };

/** All that happened, in order: each entry has the number the server gave it. What is happening right now is below. */
export function TimelinePanel({ shown: { task, events, isPast }, live }: Props) {
  const [kind, setKind] = useState<ShownKind>('all');
  const rows = useMemo(
    () => (kind === 'all' ? events : events.filter((event) => isShown(event, kind))),
    [events, kind],
  );
  return (
    <section className="panel" aria-label="Timeline">
      <h4>
        Timeline <span className="panel-count">{events.length.toLocaleString()}</span>
        <select
          className="select select-small panel-action"
          aria-label="Entries shown"
          data-testid="timeline-kind"
          value={kind}
          onChange={(event) => setKind(event.target.value as ShownKind)}
        >
          {Object.entries(KIND_WORDS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </h4>
      {rows.length === 0 ? (
        <p className="muted">Nothing has happened yet.</p>
      ) : (
        <Rows
          rows={rows}
          label="Timeline entries"
          className="timeline-box"
          listClassName="timeline"
          toKey={toKey}
          toItem={toItem}
          rowPixels={ENTRY_PIXELS}
          follows={!isPast}
        >
          {(event) => <Entry event={event} />}
        </Rows>
      )}
      {!isPast && live.map((part) => <NowGoingOn key={part.id} part={part} events={events} />)}
      {!isPast && <MessageBox task={task} />}
    </section>
  );
}

const toKey = ({ seq }: TaskEvent) => seq;

function NowGoingOn({ part, events }: { part: LivePart; events: readonly TaskEvent[] }) {
  return part.kind === 'message_delta' ? <LiveSaid part={part} /> : <LiveOutput part={part} events={events} />;
}
