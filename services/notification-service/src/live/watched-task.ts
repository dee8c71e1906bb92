// One socket that watches one task: what its subscription reads and sends by, and its place among the task's viewers.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Logger } from '@builder-ai/platform/logger';
import type { Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { readFeed } from '../feed/feed-store.ts';
import { hasRoom, waitForRoom } from './socket-room.ts';
import { newSubscription, type Room, type Subscription, type SubscriptionOptions } from './subscription.ts';
import type { GroupMember, TaskViewer } from './task-viewers.ts';

export type WatchedTaskOptions = {
  socket: Socket;
  /** What its socket watches. */
  tasks: { unsubscribe(taskId: string): void };
  taskId: string;
  /** The last entry that the client has. */
  after: number;
};

/** What all sockets of this process watch by. */
export type Watching = { deps: Deps; logger: Logger };

/** The room of those sockets that watch a task. */
export const roomOfTask = (taskId: string) => `task ${taskId}`;

/** A class, and all that is asked of it itself: of many thousands each holds only what differs. */
export class WatchedTask implements TaskViewer, SubscriptionOptions, Room, GroupMember {
  readonly after: number;
  readonly subscription: Subscription;
  readonly #socket: Socket;
  readonly #tasks: WatchedTaskOptions['tasks'];
  readonly #taskId: string;
  readonly #watching: Watching;
  #isOwedTask = false;

  constructor(watching: Watching, { socket, tasks, taskId, after }: WatchedTaskOptions) {
    this.#watching = watching;
    this.#socket = socket;
    this.#tasks = tasks;
    this.#taskId = taskId;
    this.after = after;
    this.subscription = newSubscription(this);
    watching.deps.viewers.add(taskId, this);
    void socket.join(roomOfTask(taskId));
  }

  leave(): void {
    this.#watching.deps.viewers.remove(this.#taskId, this);
    void this.#socket.leave(roomOfTask(this.#taskId));
  }

  /** The task was deleted. */
  end(): void {
    this.#tasks.unsubscribe(this.#taskId);
  }

  get id(): string {
    return this.#socket.id;
  }

  get room(): Room {
    return this;
  }

  get group(): GroupMember {
    return this;
  }

  send(event: TaskEvent): void {
    this.#socket.emit('task_event', event);
  }

  readFeed(from: number, limit: number): Promise<TaskEvent[]> {
    return readFeed(this.#watching.deps.db, this.#taskId, from, limit);
  }

  onError(error: unknown): void {
    this.#watching.logger.warn('A subscriber could not be caught up', { task_id: this.#taskId, error });
  }

  onFellBehind(seq: number): void {
    this.#watching.logger.info('A socket is told to catch up', { socket_id: this.id, task_id: this.#taskId });
    this.#socket.emit('reset', { task_id: this.#taskId, seq });
  }

  has(): boolean {
    return hasRoom(this.#socket.conn);
  }

  wait(): Promise<void> {
    return waitForRoom(this.#socket.conn);
  }

  hasRoom(): boolean {
    return this.has();
  }

  /** Once it reads again it gets the task as that is then. */
  missTask(): void {
    if (this.#isOwedTask) return;
    this.#isOwedTask = true;
    void this.wait().then(() => {
      this.#isOwedTask = false;
      this.#watching.deps.viewers.refresh(this.#taskId);
    });
  }
}
