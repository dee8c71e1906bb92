// A task's timeline as server-sent events: the same feed and the same live entries as by the socket.
import { PassThrough } from 'node:stream';
import type { Identity } from '@builder-ai/contracts/identity';
import type { TaskDelta } from '@builder-ai/contracts/task';
import type { Answer } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { newSubscription } from '../live/subscription.ts';
import type { TaskViewer } from '../live/task-viewers.ts';
import { readFeed } from './feed-store.ts';
import type { VisibleTask } from './find-visible-task.ts';

/** Shorter than any proxy on the way waits for a word. */
const HEARTBEAT_MS = 15_000;
/** How soon a client should come back after its connection broke. */
const RETRY_MS = 1_000;
const MAX_WAITING_BYTES = 256 * 1024;

export type StreamOptions = {
  identity: Identity;
  taskId: string;
  task: VisibleTask;
  /** The last entry that the client has. */
  after: number;
  /** Whether what models say and commands print is wanted as it comes. */
  deltas: boolean;
  onEnd: () => void;
};

/** Each entry's id is its seq: a client that comes back says the last one by `Last-Event-ID`, as EventSource does. */
export function streamEvents(deps: Deps, { identity, taskId, task, after, deltas, onEnd }: StreamOptions): Answer {
  const out = new PassThrough({ highWaterMark: MAX_WAITING_BYTES });
  const write = (event: string, data: object, id = '') => {
    if (!out.destroyed && !out.writableEnded) out.write(`${id}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  // At once, so that the client knows that the stream has begun.
  out.write(`retry: ${RETRY_MS}\n\n`);
  if (after + 1 < task.firstSeq) write('reset', { task_id: taskId, seq: task.lastSeq, first_seq: task.firstSeq });
  const subscription = newSubscription({
    after: Math.max(after, task.firstSeq - 1),
    send: (event) => write('task_event', event, `id: ${event.seq}\n`),
    readFeed: (from, limit) => readFeed(deps.db, taskId, from, limit),
    onError(error) {
      deps.logger.warn('A stream of events could not be caught up', { task_id: taskId, error });
      // Its client comes back with the last entry it has.
      out.end();
    },
    room: {
      has: () => out.writableLength < MAX_WAITING_BYTES,
      wait: () =>
        new Promise((resolve) => {
          const done = () => {
            out.off('drain', done);
            out.off('close', done);
            resolve();
          };
          out.on('drain', done);
          out.on('close', done);
        }),
    },
  });
  const viewer: TaskViewer = {
    subscription,
    send: (event) => write('task_event', event, `id: ${event.seq}\n`),
    ...(deltas && { sendDelta: (delta: TaskDelta) => out.writableNeedDrain || write('task_delta', delta) }),
    end: () => out.end(),
  };
  deps.viewers.add(taskId, viewer);
  const forget = deps.openStreams.add({ identity, end: viewer.end });
  const heartbeat = setInterval(() => out.writableNeedDrain || out.write(': still here\n\n'), HEARTBEAT_MS);
  out.once('close', () => {
    clearInterval(heartbeat);
    deps.viewers.remove(taskId, viewer);
    forget();
    onEnd();
  });
  void subscription.catchUp();
  // Proxies that collect an answer before they pass it on are told not to.
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  return { status: 200, stream: out, headers };
}
