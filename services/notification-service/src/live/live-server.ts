// The socket server: who watches which task, and what they are sent.
import type { Server as HttpServer } from 'node:http';
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import type { TaskDelta, TaskEvent } from '@builder-ai/contracts/task';
import { AppError, toAppError } from '@builder-ai/platform/problem';
import { Server, type Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { MAX_SEQ, readFeed, readLastSeqs } from '../feed/feed-store.ts';
import { findVisibleTask } from '../feed/find-visible-task.ts';
import { requireSameIdentity } from './same-identity.ts';
import { newSubscription, type Subscription } from './subscription.ts';
import { startTailCheck } from './tail-check.ts';
import { newTaskUpdates } from './task-updates.ts';

export type LiveServer = {
  /** An entry was committed. */
  tell(event: TaskEvent): void;
  /** An entry was committed that the feed has. */
  tellOfSeq(taskId: string, seq: number): void;
  /** Something came that is not kept; those who cannot take it at this moment never get it. */
  tellDelta(delta: TaskDelta | undefined): void;
  subscriptions(): number;
  close(): Promise<void>;
};

type Watcher = Subscription & { socket: Socket };
/** A socket's wish to watch a task, from the moment it is told: whether it may is found out after that. */
type Wish = { watcher: Watcher | undefined };
type Answer = { ok: true; seq: number } | { ok: false; code: string; message: string };

const MAX_SUBSCRIPTIONS_PER_SOCKET = 200;

/** @param hearsOthers whether other replicas' entries are told to this one, where there are others */
export function startLiveServer(http: HttpServer, deps: Deps, hearsOthers = () => true): LiveServer {
  const logger = deps.logger.child('live');
  const watchers = new Map<string, Set<Watcher>>();
  const io = new Server(http, {
    path: '/ws',
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    transports: ['websocket', 'polling'],
  });
  const updates = newTaskUpdates({
    fetchTask: (taskId) => deps.taskService.find(`/tasks/${encodeURIComponent(taskId)}`),
    hasViewers: (taskId) => watchers.has(taskId),
    send: (taskId, task) => {
      for (const watcher of watchers.get(taskId) ?? []) watcher.socket.emit('task_update', task);
    },
    onError: (error) => logger.warn('A task could not be fetched for its viewers', { error }),
  });

  requireSameIdentity(io, deps.identity);
  io.use((socket, next) => {
    const assertion = socket.handshake.headers[IDENTITY_HEADER];
    deps.identity.verify(typeof assertion === 'string' ? assertion : undefined).then(
      (identity) => {
        socket.data.identity = identity;
        next(identity.scopes.includes('read') ? undefined : toConnectError(new AppError('FORBIDDEN')));
      },
      (error: unknown) => next(toConnectError(error)),
    );
  });

  io.on('connection', (socket) => {
    const mine = new Map<string, Wish>();
    logger.info('Socket connected', { socket_id: socket.id });
    socket.on('subscribe_task', async (taskId: unknown, ...rest: unknown[]) => {
      const answer = rest.find((item) => typeof item === 'function') as ((answer: Answer) => void) | undefined;
      try {
        const seq = await subscribe(socket, mine, taskId, rest[0]);
        answer?.({ ok: true, seq });
      } catch (error) {
        const { code, message } = toAppError(error);
        answer?.({ ok: false, code, message });
      }
    });
    socket.on('unsubscribe_task', (taskId: unknown, answer?: unknown) => {
      leave(mine, String(taskId));
      logger.info('Socket unsubscribed', { socket_id: socket.id, task_id: String(taskId) });
      if (typeof answer === 'function') answer({ ok: true, seq: 0 });
    });
    socket.on('disconnect', (reason) => {
      for (const taskId of [...mine.keys()]) leave(mine, taskId);
      logger.info('Socket disconnected', { socket_id: socket.id, reason });
    });
  });

  /** Joins first and reads the feed then, so that no entry falls between the two. @returns how far the feed is */
  async function subscribe(
    socket: Socket,
    mine: Map<string, Wish>,
    taskId: unknown,
    options: unknown,
  ): Promise<number> {
    if (typeof taskId !== 'string' || taskId.length === 0 || taskId.length > 200) throw new AppError('TASK_NOT_FOUND');
    if (mine.size >= MAX_SUBSCRIPTIONS_PER_SOCKET && !mine.has(taskId)) throw new AppError('RATE_LIMITED');
    const wish: Wish = { watcher: mine.get(taskId)?.watcher };
    mine.set(taskId, wish);
    const { lastSeq } = await findVisibleTask(deps, socket.data.identity as Identity, taskId).catch(
      (error: unknown) => {
        if (mine.get(taskId) === wish) leave(mine, taskId);
        throw error;
      },
    );
    // The client has left, or has thought better of it, meanwhile.
    if (mine.get(taskId) !== wish) return lastSeq;
    const given = (options as { after?: unknown } | undefined)?.after;
    const after =
      typeof given === 'number' && Number.isSafeInteger(given) && given >= 0 ? Math.min(given, MAX_SEQ) : lastSeq;
    leave(mine, taskId);
    const subscription = newSubscription({
      after,
      send: (event) => socket.emit('task_event', event),
      readFeed: (from, limit) => readFeed(deps.db, taskId, from, limit),
      onError: (error) => logger.warn('A subscriber could not be caught up', { task_id: taskId, error }),
    });
    const watcher: Watcher = { ...subscription, socket };
    mine.set(taskId, { watcher });
    const all = watchers.get(taskId) ?? new Set();
    watchers.set(taskId, all.add(watcher));
    logger.info('Socket subscribed', { socket_id: socket.id, task_id: taskId });
    await watcher.catchUp();
    updates.changed(taskId);
    return lastSeq;
  }

  function leave(mine: Map<string, Wish>, taskId: string): void {
    const watcher = mine.get(taskId)?.watcher;
    mine.delete(taskId);
    if (!watcher) return;
    watcher.close();
    const all = watchers.get(taskId);
    all?.delete(watcher);
    if (all?.size === 0) watchers.delete(taskId);
  }

  function tellOfSeq(taskId: string, seq: number): void {
    const behind = [...(watchers.get(taskId) ?? [])].filter((watcher) => watcher.check(seq));
    if (behind.length > 0) updates.changed(taskId);
  }

  const tails = startTailCheck({
    hearsOthers,
    async check() {
      if (watchers.size === 0) return;
      const feeds = await readLastSeqs(deps.db, [...watchers.keys()]);
      for (const { task_id, last_seq } of feeds) tellOfSeq(task_id, last_seq);
    },
    onError: (error) => logger.warn('The feed could not be compared with the sockets', { error }),
  });
  return {
    tell(event) {
      for (const watcher of watchers.get(event.task_id) ?? []) watcher.offer(event);
      updates.changed(event.task_id);
    },
    tellOfSeq,
    tellDelta(delta) {
      for (const { socket } of (delta && watchers.get(delta.task_id)) ?? []) socket.volatile.emit('task_delta', delta);
    },
    subscriptions: () => [...watchers.values()].reduce((sum, all) => sum + all.size, 0),
    async close() {
      tails.close();
      updates.close();
      await io.close();
    },
  };
}

/** What the client's `connect_error` shows: the message, and the code as `data.code`. */
function toConnectError(thrown: unknown): Error {
  const { code, message } = toAppError(thrown);
  return Object.assign(new Error(message), { data: { code } });
}
