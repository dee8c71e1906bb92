// Entries of a task's timeline as task-service publishes them.
import type { CloudEvent, EventDefinition } from '@builder-ai/contracts/event';
import { logAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import type { Socket } from 'socket.io-client';

export type MessageOptions = {
  ownerId?: string;
  /** Fields of the envelope in place of the right ones; undefined leaves one out. */
  change?: Partial<Record<keyof CloudEvent, unknown>>;
};

/** Entry number `seq`. The same one again has another id, unless `change` gives it one. */
export function toMessage(
  taskId: string,
  seq: number,
  { ownerId = 'owner-1', change }: MessageOptions = {},
): BusMessage {
  const data = { ...logAddedEntry.sample, seq, message: `line ${seq}` };
  const envelope = { ...toEnvelope('task-service', logAddedEntry, data, { key: taskId, seq, ownerId }), runseq: seq };
  return { topic: 'task.events', key: taskId, value: JSON.stringify({ ...envelope, ...change }) };
}

/** An entry of any kind, with its sample's data changed. */
export function toEntry<Data extends object>(
  taskId: string,
  seq: number,
  definition: EventDefinition<Data>,
  change: Partial<Data> = {},
  ownerId = 'owner-1',
): BusMessage {
  const data = { ...definition.sample, ...change };
  const envelope = { ...toEnvelope('task-service', definition, data, { key: taskId, seq, ownerId }), runseq: seq };
  return { topic: 'task.events', key: taskId, value: JSON.stringify(envelope) };
}

/** Collects the entries of a task that a socket is sent, from now on. */
export function collect(socket: Socket, taskId: string): TaskEvent[] {
  const events: TaskEvent[] = [];
  socket.on('task_event', (event: TaskEvent) => {
    if (event.task_id === taskId) events.push(event);
  });
  return events;
}

export const toSeqs = (events: TaskEvent[]): number[] => events.map((event) => event.seq);

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
