// Those who look at a project rather than at one task: they are sent what lists show of its tasks, as that changes, and what
// its members are told of.
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import type { Server } from 'socket.io';
import type { Deps } from '../deps.ts';
import { type NotificationRow, toNotification } from '../notifications/notification-store.ts';
import { hasRoom, waitForRoom } from './socket-room.ts';
import { newTaskUpdates } from './task-updates.ts';
import { TASK_DELETED } from './task-viewers.ts';

export type ProjectViewers = {
  /** An entry of a project's task was committed. */
  changed(event: TaskEvent, ownerId: string): void;
  notify(notification: NotificationRow): void;
  close(): void;
};

/** The room of sockets that asked for a project's tasks. */
export const roomOfProject = (ownerId: string) => `project ${ownerId}`;
/** The room of sockets whose user may see what the project has. */
export const roomOfMembers = (ownerId: string) => `members ${ownerId}`;

const INTERVAL_MS = 500;
/** How often viewers are told to read the list again while what other replicas consume is not told here. */
const DEAF_MS = 5_000;
const LOOK_MS = 250;

/** Entries that change nothing which a list shows: most of them. */
const NOT_LISTED = new Set(['log_added', 'message_added', 'tool_called', 'tool_finished', 'file_changed']);

/** @param listening since when other replicas' news are heard, as a number that rises; 0: they are not */
export function openProjectViewers(
  io: Server,
  deps: Pick<Deps, 'taskService' | 'logger'>,
  listening = () => 1,
): ProjectViewers {
  const logger = deps.logger.child('live');
  const { rooms } = io.of('/').adapter;

  /** Who does not read at this moment is told, once that is over, to read the list instead. */
  function send(room: string, ownerId: string, name: string, data: (userId: string) => unknown): void {
    for (const id of rooms.get(room) ?? []) {
      const socket = io.sockets.sockets.get(id);
      if (!socket) continue;
      if (hasRoom(socket.conn)) socket.emit(name, data(socket.data.identity.userId));
      else if (!socket.data.missed) {
        socket.data.missed = true;
        void waitForRoom(socket.conn).then(() => {
          socket.data.missed = false;
          socket.emit('reset', { project_id: ownerId });
        });
      }
    }
  }

  const toKey = (ownerId: string, taskId: string) => JSON.stringify([ownerId, taskId]);
  const fromKey = (key: string) => JSON.parse(key) as [ownerId: string, taskId: string];
  const updates = newTaskUpdates({
    intervalMs: INTERVAL_MS,
    fetchTask: (key) => deps.taskService.find(`/tasks/${encodeURIComponent(fromKey(key)[1])}`),
    hasViewers: (key) => rooms.has(roomOfProject(fromKey(key)[0])),
    send(key, task) {
      const [ownerId] = fromKey(key);
      const listed = toListed(task as Task);
      send(roomOfProject(ownerId), ownerId, 'project_update', () => ({ project_id: ownerId, task: listed }));
    },
    onError: (error) => logger.warn('A task could not be fetched for its project', { error }),
  });

  let deafMs = 0;
  let heardIn = listening();
  const timer = setInterval(() => {
    const now = listening();
    // It listens again: what was told meanwhile is lost.
    const isBack = now > 0 && now !== heardIn;
    deafMs = now > 0 ? 0 : deafMs + LOOK_MS;
    if (now > 0) heardIn = now;
    if (!isBack && (deafMs === 0 || deafMs % DEAF_MS !== 0)) return;
    for (const room of rooms.keys()) {
      if (!room.startsWith(roomOfProject(''))) continue;
      const ownerId = room.slice(roomOfProject('').length);
      send(room, ownerId, 'reset', () => ({ project_id: ownerId }));
    }
  }, LOOK_MS);

  return {
    changed(event, ownerId) {
      // What is not there any more cannot be sent: the list is to be read again.
      if (event.event_type === TASK_DELETED)
        send(roomOfProject(ownerId), ownerId, 'reset', () => ({
          project_id: ownerId,
          deleted_task_id: event.task_id,
        }));
      else if (!NOT_LISTED.has(event.event_type)) updates.changed(toKey(ownerId, event.task_id));
    },
    notify(row) {
      const { owner_id: ownerId } = row;
      send(roomOfMembers(ownerId), ownerId, 'notification', (userId) => toNotification(row, userId));
    },
    close() {
      clearInterval(timer);
      updates.close();
    },
  };
}

/** A Task as `GET /tasks` has it: without its log lines, messages and transcript. */
function toListed(task: Task): Task {
  const plan = task.plan?.map((step) => ({ ...step, logs: [] })) ?? [];
  return { ...task, plan, logs: [], messages: [], collaboration_log: null };
}
