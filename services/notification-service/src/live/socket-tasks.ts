// What one socket asks about tasks: to watch one from an entry on, and to watch it no more.
import type { Identity } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import type { Socket } from 'socket.io';
import { MAX_SEQ } from '../feed/feed-store.ts';
import { findVisibleTask } from '../feed/find-visible-task.ts';
import { WatchedTask, type Watching } from './watched-task.ts';

/** A socket's wish to watch a task, from the moment it is told: whether it may is found out after that. */
type Wish = { watched: WatchedTask | undefined };

const MAX_SUBSCRIPTIONS_PER_SOCKET = 200;

/** A class, so that the many thousands of them share what they do. */
export class SocketTasks {
  readonly #socket: Socket;
  readonly #watching: Watching;
  readonly #mine = new Map<string, Wish>();

  constructor(socket: Socket, watching: Watching) {
    this.#socket = socket;
    this.#watching = watching;
  }

  /** Joins first and reads the feed then, so that no entry falls between the two. @returns how far the feed is */
  async subscribe(taskId: unknown, options: unknown): Promise<number> {
    const mine = this.#mine;
    if (typeof taskId !== 'string' || taskId.length === 0 || taskId.length > 200) throw new AppError('TASK_NOT_FOUND');
    if (mine.size >= MAX_SUBSCRIPTIONS_PER_SOCKET && !mine.has(taskId)) throw new AppError('RATE_LIMITED');
    const wish: Wish = { watched: mine.get(taskId)?.watched };
    mine.set(taskId, wish);
    const identity = this.#socket.data.identity as Identity;
    const { lastSeq, firstSeq } = await findVisibleTask(this.#watching.deps, identity, taskId).catch(
      (error: unknown) => {
        if (mine.get(taskId) === wish) this.unsubscribe(taskId);
        throw error;
      },
    );
    // The client has left, or has thought better of it, meanwhile.
    if (mine.get(taskId) !== wish) return lastSeq;
    wish.watched?.leave();
    const after = toCursor(options) ?? lastSeq;
    // What lies between is in the feed no more: the client is told where it begins.
    if (after + 1 < firstSeq) this.#socket.emit('reset', { task_id: taskId, seq: lastSeq, first_seq: firstSeq });
    const { deps, logger } = this.#watching;
    const watched = new WatchedTask(this.#watching, {
      socket: this.#socket,
      tasks: this,
      taskId,
      after: Math.max(after, firstSeq - 1),
    });
    wish.watched = watched;
    logger.info('Socket subscribed', { socket_id: this.#socket.id, task_id: taskId });
    await watched.subscription.catchUp();
    deps.viewers.refresh(taskId);
    return lastSeq;
  }

  unsubscribe(taskId: string): void {
    this.#mine.get(taskId)?.watched?.leave();
    this.#mine.delete(taskId);
  }

  close(): void {
    for (const taskId of [...this.#mine.keys()]) this.unsubscribe(taskId);
  }
}

function toCursor(options: unknown): number | undefined {
  const after = (options as { after?: unknown } | undefined)?.after;
  return typeof after === 'number' && Number.isSafeInteger(after) && after >= 0 ? Math.min(after, MAX_SEQ) : undefined;
}
