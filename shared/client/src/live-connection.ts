import type { Socket } from 'socket.io-client';
import { NamedTimers } from './named-timers.ts';
import type { Notification, Task, TaskDelta, TaskEvent } from './names.ts';
import { type FeedState, type SubscribeAck, TaskFeed, type TaskFeedSnapshot } from './task-feed.ts';

export type LiveState = FeedState | 'offline';

type ServerMessages = {
  task_event: (event: TaskEvent) => void;
  task_update: (task: Task) => void;
  task_delta: (delta: TaskDelta) => void;
  /** A task of a project that is looked at, as lists show it. */
  project_update: (update: { project_id: string; task: Task }) => void;
  notification: (notification: Notification) => void;
  reset: (which?: { task_id?: string; project_id?: string; deleted_task_id?: string; first_seq?: number }) => void;
};

type ClientMessages = {
  subscribe_task: (taskId: string, options: { after: number }, acknowledge: (ack: SubscribeAck) => void) => void;
  unsubscribe_task: (taskId: string) => void;
  subscribe_project: (projectId: string, acknowledge: () => void) => void;
  unsubscribe_project: (projectId: string) => void;
};

export type LiveSocket = Socket<ServerMessages, ClientMessages>;

export type TaskWatch = Omit<TaskFeedSnapshot, 'state'> & { state: LiveState };

/** The two reads that fill what the socket did not bring. */
export type TaskReads = {
  readTask(id: string): Promise<Task>;
  readEvents(id: string, after: number, limit: number): Promise<TaskEvent[]>;
};

type LiveDeps = {
  socket: LiveSocket;
  api: TaskReads;
  onSignedOut: () => void;
};

type Watched = { feed: TaskFeed; viewers: Set<() => void>; shown?: { from: TaskFeedSnapshot; watch: TaskWatch } };

const SIGNED_OUT = 'NOT_SIGNED_IN';
const ACK_TIMEOUT_MS = 10_000;
/** A connection that is away for longer is called offline rather than reconnecting. */
const OFFLINE_AFTER_MS = 8000;
/** socket.io does not try again by itself when the server refused or closed the connection. */
const REFUSED_RETRY_MS = 5000;

/** Browsers know; what does not know is taken for online. */
const isOnline = () => (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine !== false;

/** The page's one socket, shared by every task that is looked at. A task is subscribed to while it has viewers. */
export class LiveConnection {
  readonly socket: LiveSocket;
  #deps: LiveDeps;
  #tasks = new Map<string, Watched>();
  #timers = new NamedTimers();
  #viewers = new Set<() => void>();
  #state: LiveState = 'connecting';

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.socket = deps.socket;
    this.socket.on('connect', () => this.#connected());
    this.socket.on('disconnect', () => this.#disconnected());
    this.socket.on('connect_error', (error) => this.#refused(error));
    this.socket.on('task_event', (event) => this.#tasks.get(event.task_id)?.feed.receiveEvent(event));
    this.socket.on('task_update', (task) => this.#tasks.get(task.id)?.feed.receiveTask(task));
    this.socket.on('reset', (which) => {
      if (which?.project_id) return;
      for (const [taskId, { feed }] of this.#tasks) {
        if (!which?.task_id || which.task_id === taskId) feed.reset(which?.task_id ? which.first_seq : undefined);
      }
    });
    this.#awaitConnection();
  }

  get state(): LiveState {
    return this.#state;
  }

  /** Calls back whenever `state` has changed. Returns what ends it. */
  watchState(viewer: () => void): () => void {
    this.#viewers.add(viewer);
    return () => this.#viewers.delete(viewer);
  }

  /** Subscribes to a task for as long as somebody watches it. Returns what ends it. */
  watchTask(taskId: string, viewer: () => void): () => void {
    const watched = this.#tasks.get(taskId) ?? this.#open(taskId);
    watched.viewers.add(viewer);
    return () => {
      watched.viewers.delete(viewer);
      if (watched.viewers.size > 0) return;
      watched.feed.close();
      this.#tasks.delete(taskId);
      if (this.socket.connected) this.socket.emit('unsubscribe_task', taskId);
    };
  }

  /** What is known of a task that is being watched; the same object until something has changed. */
  taskSnapshot(taskId: string): TaskWatch | undefined {
    const watched = this.#tasks.get(taskId);
    if (!watched) return undefined;
    const from = watched.feed.snapshot;
    const state = from.state === 'error' || this.#state === 'live' ? from.state : this.#state;
    if (watched.shown?.from !== from || watched.shown.watch.state !== state) {
      watched.shown = { from, watch: { ...from, state } };
    }
    return watched.shown.watch;
  }

  /** For good: nothing connects again. */
  close() {
    this.#timers.close();
    for (const { feed } of this.#tasks.values()) feed.close();
    this.#tasks.clear();
    this.socket.close();
  }

  #open(taskId: string): Watched {
    const viewers = new Set<() => void>();
    const feed = new TaskFeed({
      subscribe: (after) => this.#subscribe(taskId, after),
      readTask: () => this.#deps.api.readTask(taskId),
      readEvents: (after, limit) => this.#deps.api.readEvents(taskId, after, limit),
      onChange: () => {
        for (const tell of viewers) tell();
      },
    });
    const watched: Watched = { feed, viewers };
    this.#tasks.set(taskId, watched);
    if (this.socket.connected) feed.connected();
    return watched;
  }

  async #subscribe(taskId: string, after: number): Promise<SubscribeAck> {
    const ack = await this.socket.timeout(ACK_TIMEOUT_MS).emitWithAck('subscribe_task', taskId, { after });
    if (!ack.ok && ack.code === SIGNED_OUT) this.#deps.onSignedOut();
    return ack;
  }

  #setState(state: LiveState) {
    if (state === this.#state) return;
    this.#state = state;
    for (const tell of this.#viewers) tell();
    for (const { viewers } of this.#tasks.values()) for (const tell of viewers) tell();
  }

  #connected() {
    this.#timers.stop('offline');
    this.#setState('live');
    for (const { feed } of this.#tasks.values()) feed.connected();
  }

  #disconnected() {
    this.#setState(isOnline() ? 'reconnecting' : 'offline');
    for (const { feed } of this.#tasks.values()) feed.disconnected();
    this.#awaitConnection();
  }

  #refused(error: Error) {
    // The status of a refused handshake is in `description`; a refusal by the server's own code is in `data`.
    const { description, data } = error as Error & { description?: unknown; data?: { code?: string } };
    if (description === 401 || data?.code === SIGNED_OUT) {
      this.#setState('error');
      this.#deps.onSignedOut();
    } else if (!isOnline()) {
      this.#setState('offline');
    }
    this.#awaitConnection();
  }

  #awaitConnection() {
    this.#timers.start('offline', OFFLINE_AFTER_MS, () => {
      if (!this.socket.connected && this.#state !== 'error') this.#setState('offline');
    });
    if (this.socket.active) return;
    this.#timers.start('connect', REFUSED_RETRY_MS, () => this.socket.connect());
  }
}
