import type { TaskDelta, TaskEvent } from '@builder-ai/contracts/task';

/** What a model is saying, or a command is printing, as far as it came; the timeline tells the whole when it has ended. */
export type LivePart = {
  /** The message's or the call's. */
  id: string;
  kind: TaskDelta['event_type'];
  step: number | null;
  agent: string | null;
  text: string;
  /** How long it is with what was lost on the way. */
  length: number;
  /** The last entry that was known when it began. */
  sinceSeq: number;
};

const KEPT_LENGTH = 20_000;
const GAP = ' … ';
/** An end is told soon after the last piece: further back nobody looks for it. */
const LOOK_BACK = 300;
/** With these, whoever was speaking has stopped, whether its end was told or not. */
const STOPS = new Set(['task_waiting', 'task_completed', 'task_failed', 'task_cancelled', 'run_resumed']);

/** Takes a piece in, in order; a piece that was lost leaves a mark, and one that came already changes nothing. */
export function addDelta(parts: readonly LivePart[], delta: TaskDelta, lastSeq: number): readonly LivePart[] {
  const { event_type: kind, data } = delta;
  const id = kind === 'message_delta' ? data.message_id : data.call_id;
  const known = parts.find((part) => part.kind === kind && part.id === id);
  const end = data.offset + data.text.length;
  if (known && end <= known.length) return parts;
  const before = known ?? {
    id,
    kind,
    step: data.step,
    agent: kind === 'message_delta' ? data.agent : null,
    text: '',
    length: 0,
    sinceSeq: lastSeq,
  };
  const missed = data.offset > before.length ? GAP : '';
  const added = data.text.slice(Math.max(0, before.length - data.offset));
  const part: LivePart = { ...before, text: (before.text + missed + added).slice(-KEPT_LENGTH), length: end };
  return known ? parts.map((each) => (each === known ? part : each)) : [...parts, part];
}

/** Those that have not ended; the same list when all of them go on. */
export function goingOn(parts: readonly LivePart[], events: readonly TaskEvent[]): readonly LivePart[] {
  if (parts.length === 0) return parts;
  const tail = events.slice(-LOOK_BACK);
  const left = parts.filter((part) => !tail.some((event) => isEnd(part, event)));
  return left.length === parts.length ? parts : left;
}

function isEnd(part: LivePart, { seq, event_type, data }: TaskEvent): boolean {
  if (STOPS.has(event_type)) return seq > part.sinceSeq;
  if (part.kind === 'command_output') return event_type === 'tool_finished' && data.call_id === part.id;
  return (event_type === 'usage_recorded' || event_type === 'message_added') && data.message_id === part.id;
}
