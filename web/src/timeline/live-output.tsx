import type { TaskEvent } from '@builder-ai/contracts/task';
import { LiveBox } from '../live/live-box.tsx';
import type { LivePart } from '../live/live-parts.ts';
import { toPlainText } from '../page/plain-text.ts';

/** What a command prints at this moment; its result has the whole of it. */
export function LiveOutput({ part, events }: { part: LivePart; events: readonly TaskEvent[] }) {
  const call = events.findLast((event) => event.event_type === 'tool_called' && event.data.call_id === part.id);
  const summary = typeof call?.data.summary === 'string' ? call.data.summary : '';
  return (
    <div className="live-output" data-testid="live-output">
      <p className="muted">
        Output so far: <code>{toPlainText(summary)}</code>
      </p>
      <LiveBox label="What the command prints">
        <pre>{toPlainText(part.text)}</pre>
      </LiveBox>
    </div>
  );
}
