// What one socket asks about tasks: to watch one from an entry on, and to watch it no more.
import type { Identity } from '@builder-ai/contracts/identity';
import type { Logger } from '@builder-ai/platform/logger';
import { AppError } from '@builder-ai/platform/problem';
import type { Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { MAX_SEQ, readFeed } from '../feed/feed-store.ts';
import { findVisibleTask } from '../feed/find-visible-task.ts';
import { roomOf } from './socket-room.ts';
import { newSubscription } from './subscription.ts';

/** A socket's wish to watch a task, from the moment it is told: whether it may is found out after that. */
type Wish = { end: (() => void) | undefined };

export type SocketTasks = {
  /** Joins first and reads the feed then, so that no entry falls between the two. @returns how far the feed is */
  subscribe(taskId: unknown, options: unknown): Promise<number>;
  unsubscribe(taskId: string): void;
  close(): void;
};

const MAX_SUBSCRIPTIONS_PER_SOCKET = 200;

/** The room of those sockets that watch a task. */
export const roomOfTask = (taskId: string) => `task ${taskId}`;

export function newSocketTasks(socket: Socket, deps: Deps, logger: Logger): SocketTasks {
  const mine = new Map<string, Wish>();

  async function subscribe(taskId: unknown, options: unknown): Promise<number> {
    if (typeof taskId !== 'string' || taskId.length === 0 || taskId.length > 200) throw new AppError('TASK_NOT_FOUND');
    if (mine.size >= MAX_SUBSCRIPTIONS_PER_SOCKET && !mine.has(taskId)) throw new AppError('RATE_LIMITED');
    const wish: Wish = { end: mine.get(taskId)?.end };
    mine.set(taskId, wish);
    const { lastSeq, firstSeq } = await findVisibleTask(deps, socket.data.identity as Identity, taskId).catch(
      (error: unknown) => {
        if (mine.get(taskId) === wish) leave(taskId);
        throw error;
      },
    );
    // The client has left, or has thought better of it, meanwhile.
    if (mine.get(taskId) !== wish) return lastSeq;
    leave(taskId);
    const after = toCursor(options) ?? lastSeq;
    // What lies between is in the feed no more: the client is told where it begins.
    if (after + 1 < firstSeq) socket.emit('reset', { task_id: taskId, seq: lastSeq, first_seq: firstSeq });
    await watch(taskId, Math.max(after, firstSeq - 1));
    return lastSeq;
  }

  async function watch(taskId: string, after: number): Promise<void> {
    const send = (name: string, data: unknown) => void socket.emit(name, data);
    const room = roomOf(socket);
    let isOwedTask = false;
    const subscription = newSubscription({
      after,
      send: (event) => send('task_event', event),
      readFeed: (from, limit) => readFeed(deps.db, taskId, from, limit),
      onError: (error) => logger.warn('A subscriber could not be caught up', { task_id: taskId, error }),
      room,
      onFellBehind(seq) {
        logger.info('A socket is told to catch up', { socket_id: socket.id, task_id: taskId });
        send('reset', { task_id: taskId, seq });
      },
    });
    const remove = deps.viewers.add(taskId, {
      subscription,
      send: (event) => send('task_event', event),
      group: {
        id: socket.id,
        hasRoom: room.has,
        // Once it reads again it gets the task as that is then.
        missTask() {
          if (isOwedTask) return;
          isOwedTask = true;
          void room.wait().then(() => {
            isOwedTask = false;
            deps.viewers.refresh(taskId);
          });
        },
      },
    });
    void socket.join(roomOfTask(taskId));
    const end = () => {
      remove();
      void socket.leave(roomOfTask(taskId));
    };
    mine.set(taskId, { end });
    logger.info('Socket subscribed', { socket_id: socket.id, task_id: taskId });
    await subscription.catchUp();
    deps.viewers.refresh(taskId);
  }

  function leave(taskId: string): void {
    mine.get(taskId)?.end?.();
    mine.delete(taskId);
  }

  return {
    subscribe,
    unsubscribe: leave,
    close() {
      for (const taskId of [...mine.keys()]) leave(taskId);
    },
  };
}

function toCursor(options: unknown): number | undefined {
  const after = (options as { after?: unknown } | undefined)?.after;
  return typeof after === 'number' && Number.isSafeInteger(after) && after >= 0 ? Math.min(after, MAX_SEQ) : undefined;
}
