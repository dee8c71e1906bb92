// Somebody who watches a task, loses the connection now and then, and comes back with the last number they have.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { io, type Socket } from 'socket.io-client';

export type Subscriber = {
  taskId: string;
  /** The numbers as they came. */
  seqs: number[];
  /** What the last one was of. */
  lastType(): string | undefined;
  /** It came back, and was told that there is no such task. */
  isRefused(): boolean;
  /** Pulls the plug; it comes back by itself. */
  cut(): void;
  close(): void;
};

type Subscribed = { ok: boolean; code?: string };

export function watch(url: string, apiKey: string, taskId: string): Subscriber {
  const seqs: number[] = [];
  let lastType: string | undefined;
  let refused = false;
  const socket: Socket = io(url, {
    path: '/ws',
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
    extraHeaders: { authorization: `Bearer ${apiKey}` },
  });
  let retry: NodeJS.Timeout | undefined;
  const cut = () => void socket.io.engine?.close();
  // One question at a time on one connection: a second one would begin where the first had begun, and what that has brought
  // meanwhile would come twice by our own fault.
  let connection = 0;
  function subscribe(): void {
    clearTimeout(retry);
    const asked = connection;
    const after = seqs.at(-1) ?? 0;
    socket.timeout(5_000).emit('subscribe_task', taskId, { after }, (error: unknown, answer?: Subscribed) => {
      if (asked !== connection || (error === null && answer?.ok)) return;
      if (answer?.code === 'TASK_NOT_FOUND') refused = true;
      // Unanswered, it may be served yet: on another connection nothing comes twice.
      if (error !== null) cut();
      // The service was away: ask again.
      else retry = setTimeout(subscribe, 200);
    });
  }
  socket.on('connect', () => {
    connection += 1;
    subscribe();
  });
  socket.on('disconnect', () => {
    connection += 1;
    clearTimeout(retry);
  });
  // It did not read for long: what it missed comes when it says where it is.
  socket.on('reset', subscribe);
  socket.on('task_event', (event: TaskEvent) => {
    if (event.task_id !== taskId) return;
    seqs.push(event.seq);
    lastType = event.event_type;
  });
  return {
    taskId,
    seqs,
    lastType: () => lastType,
    isRefused: () => refused,
    cut,
    close() {
      clearTimeout(retry);
      socket.close();
    },
  };
}
