// Sends whole Tasks to those who watch one: fetched from task-service at most each 100 ms a task, the last one always.

export type TaskUpdates = { changed(taskId: string): void; close(): void };

export type TaskUpdatesOptions = {
  fetchTask: (taskId: string) => Promise<unknown | undefined>;
  hasViewers: (taskId: string) => boolean;
  send: (taskId: string, task: unknown) => void;
  onError: (error: unknown) => void;
};

export const UPDATE_INTERVAL_MS = 100;

export function newTaskUpdates({ fetchTask, hasViewers, send, onError }: TaskUpdatesOptions): TaskUpdates {
  // Present while a task's interval runs; `again` when something changed meanwhile.
  const running = new Map<string, { again: boolean; timer?: NodeJS.Timeout }>();
  let closed = false;

  async function update(taskId: string, state: { again: boolean; timer?: NodeJS.Timeout }): Promise<void> {
    state.again = false;
    const start = performance.now();
    try {
      const task = await fetchTask(taskId);
      if (task !== undefined && !closed) send(taskId, task);
    } catch (error) {
      if (closed) return;
      onError(error);
      state.again = true;
    }
    if (closed) return;
    const pause = Math.max(0, UPDATE_INTERVAL_MS - (performance.now() - start));
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
      const fresh = { again: false };
      running.set(taskId, fresh);
      void update(taskId, fresh);
    },
    close() {
      closed = true;
      for (const { timer } of running.values()) clearTimeout(timer);
      running.clear();
    },
  };
}
