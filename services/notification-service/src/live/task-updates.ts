// Sends whole Tasks to those who watch one: fetched from task-service at most each 100 ms a task, the last one always.

export type TaskUpdates = { changed(taskId: string): void; close(): void };

export type TaskUpdatesOptions = {
  fetchTask: (taskId: string) => Promise<unknown | undefined>;
  hasViewers: (taskId: string) => boolean;
  send: (taskId: string, task: unknown) => void;
  onError: (error: unknown) => void;
  /** At most one fetch of a task in so long. */
  intervalMs?: number;
};

type State = { again: boolean; timer?: NodeJS.Timeout };

export const UPDATE_INTERVAL_MS = 100;
/** Changes come in bursts, and entries are to be at the sockets first: what follows the first one is in the same update. */
const FIRST_MS = 30;
/** After a fetch that failed: task-service is away, and this many watched tasks would ask it ten times a second. */
const RETRY_MS = 1_000;
/** Fetches at a time: when there is more to fetch than can be, every task is fetched less often, and none is left out. */
const MAX_FETCHES = 4;

export function newTaskUpdates({
  fetchTask,
  hasViewers,
  send,
  onError,
  intervalMs = UPDATE_INTERVAL_MS,
}: TaskUpdatesOptions): TaskUpdates {
  // Present while a task's interval runs; `again` when something changed meanwhile.
  const running = new Map<string, State>();
  const queue: (() => void)[] = [];
  let fetching = 0;
  let closed = false;

  async function fetchInTurn(taskId: string): Promise<unknown | undefined> {
    if (fetching >= MAX_FETCHES) await new Promise<void>((resolve) => queue.push(resolve));
    else fetching += 1;
    try {
      return await fetchTask(taskId);
    } finally {
      // The place goes to the next one, or is free.
      const next = queue.shift();
      if (next) next();
      else fetching -= 1;
    }
  }

  async function update(taskId: string, state: State): Promise<void> {
    state.again = false;
    const start = performance.now();
    let interval = intervalMs;
    try {
      const task = await fetchInTurn(taskId);
      if (task !== undefined && !closed) send(taskId, task);
    } catch (error) {
      if (closed) return;
      onError(error);
      state.again = true;
      interval = RETRY_MS;
    }
    if (closed) return;
    const pause = Math.max(0, interval - (performance.now() - start));
    state.timer = setTimeout(() => {
      if (state.again && hasViewers(taskId)) void update(taskId, state);
      else running.delete(taskId);
    }, pause);
  }

  return {
    changed(taskId) {
      if (closed || !hasViewers(taskId)) return;
      const state = running.get(taskId);
      if (state) {
        state.again = true;
        return;
      }
      const fresh: State = { again: false };
      running.set(taskId, fresh);
      fresh.timer = setTimeout(() => void update(taskId, fresh), FIRST_MS);
    },
    close() {
      closed = true;
      for (const { timer } of running.values()) clearTimeout(timer);
      running.clear();
    },
  };
}
