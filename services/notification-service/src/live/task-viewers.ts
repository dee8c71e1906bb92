// Who watches which task, by whatever way: what a committed entry, or a piece of what comes live, is sent to.
import type { TaskDelta, TaskEvent } from '@builder-ai/contracts/task';
import type { Deps } from '../deps.ts';
import { readFeed, readLastSeqs } from '../feed/feed-store.ts';
import type { Subscription } from './subscription.ts';
import { startTailCheck } from './tail-check.ts';
import { newTaskUpdates } from './task-updates.ts';

export type TaskViewer = {
  subscription: Subscription;
  send(event: TaskEvent): void;
  /** Of a viewer that is sent what all of its kind are sent at once. */
  group?: GroupMember;
  sendDelta?(delta: TaskDelta): void;
  /** Nothing more is sent: the service stops, or the task was deleted. */
  end(): void;
};

export type GroupMember = {
  /** The name by which it is left out. */
  id: string;
  hasRoom(): boolean;
  /** The whole task was not sent to it: it had no room. */
  missTask(): void;
};

/** Sends to all viewers of a task that belong to the group, but for those left out. */
export type SendTogether = (taskId: string, name: string, data: unknown, leftOut: string[]) => void;

export type TaskViewers = {
  add(taskId: string, viewer: TaskViewer): void;
  /** Its subscription ends as well. */
  remove(taskId: string, viewer: TaskViewer): void;
  /** An entry was committed. */
  tell(event: TaskEvent): void;
  /** An entry was committed that the feed may not have yet; it is told once more when the feed has it. */
  tellAhead(event: TaskEvent): void;
  /** Whether anybody here watches the task. */
  has(taskId: string): boolean;
  /** An entry was committed that the feed has. */
  tellOfSeq(taskId: string, seq: number): void;
  /** Something came that is not kept; those who cannot take it at this moment never get it. */
  tellDelta(delta: TaskDelta): void;
  /** The whole task is to be sent to its viewers soon. */
  refresh(taskId: string): void;
  sendTogether(send: SendTogether): void;
  count(): number;
  close(): void;
};

/** The entry after which there is none. */
export const TASK_DELETED = 'task_deleted';

/** @param hearsOthers whether other replicas' entries are told to this one, where there are others */
export function openTaskViewers(
  deps: Pick<Deps, 'db' | 'logger' | 'taskService'>,
  hearsOthers = () => true,
): TaskViewers {
  const logger = deps.logger.child('live');
  const viewers = new Map<string, Set<TaskViewer>>();
  let together: SendTogether = () => {};
  const updates = newTaskUpdates({
    fetchTask: (taskId) => deps.taskService.find(`/tasks/${encodeURIComponent(taskId)}`),
    hasViewers: (taskId) => viewers.has(taskId),
    send: (taskId, task) =>
      sendToGroup(taskId, 'task_update', task, ({ group }) => {
        const takes = group?.hasRoom() ?? false;
        if (!takes) group?.missTask();
        return takes;
      }),
    onError: (error) => logger.warn('A task could not be fetched for its viewers', { error }),
  });

  /** @param takes asked of every viewer of the task, also of those that belong to no group */
  function sendToGroup(taskId: string, name: string, data: unknown, takes: (viewer: TaskViewer) => boolean): void {
    const leftOut: string[] = [];
    let inGroup = 0;
    for (const viewer of viewers.get(taskId) ?? []) {
      const isTaken = takes(viewer);
      if (!viewer.group) continue;
      if (isTaken) inGroup += 1;
      else leftOut.push(viewer.group.id);
    }
    if (inGroup > 0) together(taskId, name, data, leftOut);
  }

  function sendEntry(event: TaskEvent, isTaken: (subscription: Subscription) => boolean): void {
    sendToGroup(event.task_id, 'task_event', event, (viewer) => {
      const takes = isTaken(viewer.subscription);
      if (takes && !viewer.group) viewer.send(event);
      return takes;
    });
  }

  /** The last thing that its viewers are sent, whatever they had until then: there is nothing left to catch up with. */
  function tellOfDeletion(event: TaskEvent): void {
    for (const viewer of [...(viewers.get(event.task_id) ?? [])]) {
      if (viewer.subscription.takeLast(event)) viewer.send(event);
      viewer.end();
    }
  }

  function tellOfSeq(taskId: string, seq: number): void {
    const behind = [...(viewers.get(taskId) ?? [])].filter(({ subscription }) => subscription.check(seq));
    if (behind.length > 0) updates.changed(taskId);
  }

  const tails = startTailCheck({
    hearsOthers,
    async check() {
      if (viewers.size === 0) return;
      const feeds = await readLastSeqs(deps.db, [...viewers.keys()]);
      for (const { task_id, last_seq, deleted_at } of feeds) {
        const [last] = deleted_at ? await readFeed(deps.db, task_id, last_seq - 1, 1) : [];
        if (last) tellOfDeletion(last);
        else tellOfSeq(task_id, last_seq);
      }
    },
    onError: (error) => logger.warn('The feed could not be compared with its viewers', { error }),
  });

  return {
    add(taskId, viewer) {
      const all = viewers.get(taskId) ?? new Set();
      viewers.set(taskId, all.add(viewer));
    },
    remove(taskId, viewer) {
      viewer.subscription.close();
      const all = viewers.get(taskId);
      if (all?.delete(viewer) && all.size === 0) viewers.delete(taskId);
    },
    tell(event) {
      if (event.event_type === TASK_DELETED) {
        tellOfDeletion(event);
        return;
      }
      sendEntry(event, (subscription) => subscription.take(event));
      updates.changed(event.task_id);
    },
    tellAhead(event) {
      // After the last entry there is nothing to come back to: it waits for the feed.
      if (event.event_type !== TASK_DELETED) sendEntry(event, (subscription) => subscription.takeAhead(event));
    },
    has: (taskId) => viewers.has(taskId),
    tellOfSeq,
    tellDelta(delta) {
      sendToGroup(delta.task_id, 'task_delta', delta, (viewer) => {
        viewer.sendDelta?.(delta);
        return viewer.group?.hasRoom() ?? false;
      });
    },
    refresh: (taskId) => updates.changed(taskId),
    sendTogether(send) {
      together = send;
    },
    count: () => [...viewers.values()].reduce((sum, all) => sum + all.size, 0),
    close() {
      tails.close();
      updates.close();
      for (const all of viewers.values()) for (const viewer of all) viewer.end();
    },
  };
}
