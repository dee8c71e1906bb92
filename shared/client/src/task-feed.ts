import { type ShownProblem, toShownProblem } from './api-problem.ts';
import { addEvents, beginAt, EMPTY_SEQUENCE, type EventSequence, hasGap, lastSeq } from './event-sequence.ts';
import { NamedTimers } from './named-timers.ts';
import type { Task, TaskEvent } from './names.ts';

export type FeedState = 'connecting' | 'live' | 'reconnecting' | 'error';

export type TaskFeedSnapshot = {
  task: Task | null;
  /** The timeline from the first entry on that the server keeps, in order, without gap or duplicate. */
  events: readonly TaskEvent[];
  state: FeedState;
  problem: ShownProblem | null;
};

export type SubscribeAck = { ok: true; seq: number } | { ok: false; code: string; message: string };

export type TaskFeedDeps = {
  /** Asks the server for this task's events after a seq; rejects when no answer comes. */
  subscribe: (after: number) => Promise<SubscribeAck>;
  readTask: () => Promise<Task>;
  readEvents: (after: number, limit: number) => Promise<TaskEvent[]>;
  /** The snapshot has changed. */
  onChange: () => void;
};

/** All that comes within a frame is drawn once; a flood (the replay of a long run) is drawn a few times a second. */
const FLUSH_MS = 16;
const FLOOD_FLUSH_MS = 250;
const FLOOD_EVENTS = 100;
/** Events may overtake each other by a moment; only what is still missing then is read from the feed. */
const GAP_GRACE_MS = 150;
/** How long the task may stay behind its own timeline, or the timeline behind its task, before it is read. */
const LAG_MS = 1000;
const RETRY_MS = [500, 1000, 2000, 5000, 10_000];
const PAGE_SIZE = 500;
/** Refusals that time heals; any other refusal is shown. */
const PASSING_CODES = ['SERVICE_UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL', 'GATEWAY_TIMEOUT'];

/**
 * One task, kept up to date from three sources that overlap: live messages, the server's replay on subscribing, and
 * the feed read over HTTP. The socket is a hint and the feed is the truth: whatever is missing is read from there.
 */
export class TaskFeed {
  #deps: TaskFeedDeps;
  #timers = new NamedTimers();
  #sequence: EventSequence<TaskEvent> = EMPTY_SEQUENCE;
  #task: Task | null = null;
  #state: FeedState = 'connecting';
  #problem: ShownProblem | null = null;
  #snapshot: TaskFeedSnapshot = { task: null, events: [], state: 'connecting', problem: null };
  /** The highest seq that the server is known to have reached. */
  #reached = 0;
  #incoming: TaskEvent[] = [];
  #isFlood = false;
  #connected = false;
  /** Counts connections: an answer that belongs to an earlier one is not taken for this one's. */
  #connection = 0;
  #catchingUp = false;
  #failures = 0;
  #closed = false;

  constructor(deps: TaskFeedDeps) {
    this.#deps = deps;
    void this.#readTask();
  }

  /** The same object until something has changed. */
  get snapshot(): TaskFeedSnapshot {
    return this.#snapshot;
  }

  /** There is a connection, new or again: subscribe with the cursor. */
  connected() {
    if (this.#connected) return;
    this.#connected = true;
    this.#connection += 1;
    void this.#join();
  }

  disconnected() {
    this.#connected = false;
    this.#connection += 1;
    if (this.#state === 'live') this.#state = 'reconnecting';
    this.#publish();
  }

  receiveEvent(event: TaskEvent) {
    this.#incoming.push(event);
    this.#timers.start('flush', this.#isFlood ? FLOOD_FLUSH_MS : FLUSH_MS, () => {
      this.#isFlood = this.#incoming.length > FLOOD_EVENTS;
      this.#take(this.#incoming);
      this.#incoming = [];
      this.#catchUpWithin(GAP_GRACE_MS);
      this.#publish();
    });
  }

  receiveTask(task: Task) {
    // Answers and live updates cross on the way: an older one never replaces a newer one.
    if (this.#task && task.seq < this.#task.seq) return;
    this.#task = task;
    this.#reached = Math.max(this.#reached, task.seq);
    // The events of a newer task are on their way by themselves, so they get longer than a gap does.
    this.#catchUpWithin(LAG_MS);
    this.#publish();
  }

  /**
   * The server could not keep up with this client and dropped something: only the feed knows what.
   * @param firstSeq the first entry that the server keeps, where this client has not come so far
   */
  reset(firstSeq = 1) {
    this.#sequence = beginAt(this.#sequence, firstSeq);
    void this.#catchUp();
  }

  close() {
    this.#closed = true;
    this.#timers.close();
  }

  get #isBehind() {
    return hasGap(this.#sequence) || lastSeq(this.#sequence) < this.#reached;
  }

  #retryDelayMs() {
    return RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)] ?? 0;
  }

  #publish() {
    if (this.#closed) return;
    this.#snapshot = {
      task: this.#task,
      events: this.#sequence.events,
      state: this.#state,
      problem: this.#problem,
    };
    this.#deps.onChange();
  }

  #fail(problem: ShownProblem) {
    this.#state = 'error';
    this.#problem = problem;
    this.#publish();
  }

  #take(events: readonly TaskEvent[]) {
    this.#sequence = addEvents(this.#sequence, events);
    this.#reached = Math.max(this.#reached, lastSeq(this.#sequence));
    if (this.#isTaskBehind) this.#timers.start('task', LAG_MS, () => void this.#readTask());
  }

  get #isTaskBehind() {
    return !this.#task || this.#task.seq < lastSeq(this.#sequence);
  }

  async #readTask() {
    if (!this.#isTaskBehind) return;
    try {
      this.receiveTask(await this.#deps.readTask());
    } catch (error) {
      const problem = toShownProblem(error);
      const isFinal = problem.status !== undefined && problem.status < 500 && problem.status !== 429;
      if (isFinal) this.#fail(problem);
      else this.#timers.start('task', this.#retryDelayMs(), () => void this.#readTask());
    }
  }

  async #join() {
    const connection = this.#connection;
    const isStale = () => this.#closed || connection !== this.#connection;
    const again = () => this.#timers.start('join', this.#retryDelayMs(), () => !isStale() && void this.#join());
    try {
      const ack = await this.#deps.subscribe(lastSeq(this.#sequence));
      if (isStale()) return;
      if (ack.ok) this.#joined(ack.seq);
      else if (PASSING_CODES.includes(ack.code)) again();
      else this.#fail({ title: 'This task cannot be watched', detail: ack.message });
    } catch {
      if (!isStale()) again();
    }
  }

  #joined(seq: number) {
    this.#failures = 0;
    this.#state = 'live';
    this.#problem = null;
    this.#reached = Math.max(this.#reached, seq);
    this.#catchUpWithin(GAP_GRACE_MS);
    this.#publish();
  }

  #catchUpWithin(delayMs: number) {
    if (!this.#isBehind) return;
    const before = lastSeq(this.#sequence);
    this.#timers.start('catch-up', delayMs, () => {
      if (!this.#isBehind) return;
      // What is missing is still coming in order: reading it as well would only bring it twice.
      if (lastSeq(this.#sequence) > before) this.#catchUpWithin(delayMs);
      else void this.#catchUp();
    });
  }

  /** Reads the feed from the cursor on until nothing is missing. Without a connection that waits for the next one. */
  async #catchUp() {
    if (this.#catchingUp || !this.#connected || this.#closed) return;
    this.#catchingUp = true;
    try {
      await this.#readFeed();
      if (this.#connected && this.#state === 'reconnecting') this.#state = 'live';
    } catch {
      if (this.#state === 'live') this.#state = 'reconnecting';
    }
    this.#catchingUp = false;
    if (this.#isBehind || this.#state === 'reconnecting') {
      this.#timers.start('catch-up', this.#retryDelayMs(), () => void this.#catchUp());
    } else {
      this.#failures = 0;
    }
    this.#publish();
  }

  async #readFeed() {
    for (;;) {
      const page = await this.#deps.readEvents(lastSeq(this.#sequence), PAGE_SIZE);
      if (this.#closed) return;
      const before = lastSeq(this.#sequence);
      this.#take(page);
      this.#publish();
      // A page that brings nothing ends it even if something is missing: the feed does not have it yet.
      const broughtNothing = lastSeq(this.#sequence) === before;
      if (broughtNothing || (page.length < PAGE_SIZE && !this.#isBehind)) return;
    }
  }
}
