// What a socket may ask. The functions are the same for all sockets, which are `this` to them.
import type { Identity } from '@builder-ai/contracts/identity';
import type { Logger } from '@builder-ai/platform/logger';
import { AppError, toAppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import type { Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { roomOfProject } from './project-viewers.ts';
import type { SocketTasks } from './socket-tasks.ts';

/** @returns a number that is answered as `seq`. @throws AppError whose code and message are answered */
type Question = (socket: Socket, id: unknown, options: unknown) => Promise<number>;
type Answer = { ok: true; seq: number } | { ok: false; code: string; message: string };
type Listener = (this: Socket, ...given: unknown[]) => Promise<void>;

export const identityOf = (socket: Socket) => socket.data.identity as Identity;
export const tasksOf = (socket: Socket) => socket.data.tasks as SocketTasks;

/** @returns by name what listens to it */
export function newSocketQuestions(deps: Pick<Deps, 'limits'>, logger: Logger): [name: string, Listener][] {
  const questions: Record<string, Question> = {
    subscribe_task: (socket, taskId, options) => tasksOf(socket).subscribe(taskId, options),
    async unsubscribe_task(socket, taskId) {
      tasksOf(socket).unsubscribe(String(taskId));
      logger.info('Socket unsubscribed', { socket_id: socket.id, task_id: String(taskId) });
      return 0;
    },
    async subscribe_project(socket, projectId) {
      const ownerId = toVisibleProject(identityOf(socket), projectId);
      await socket.join(roomOfProject(ownerId));
      logger.info('Socket subscribed', { socket_id: socket.id, project_id: ownerId });
      return 0;
    },
    async unsubscribe_project(socket, projectId) {
      await socket.leave(roomOfProject(String(projectId ?? identityOf(socket).userId)));
      return 0;
    },
  };
  return Object.entries(questions).map(([name, question]) => [
    name,
    toListener((socket, id, options) => {
      deps.limits.pass(identityOf(socket).userId);
      return question(socket, id, options);
    }),
  ]);
}

/** @returns the owner_id of its tasks. @throws AppError PROJECT_NOT_FOUND */
function toVisibleProject(identity: Identity, projectId: unknown): string {
  const ownerId = projectId ?? identity.userId;
  if (typeof ownerId !== 'string' || !mayIn(identity, ownerId, 'viewer')) throw new AppError('PROJECT_NOT_FOUND');
  return ownerId;
}

/** Every message may ask for an answer by a function at its end. */
function toListener(question: Question): Listener {
  return async function (this: Socket, ...given) {
    const answer = given.find((item) => typeof item === 'function') as ((answer: Answer) => void) | undefined;
    const [id, options] = given.filter((item) => item !== answer);
    try {
      const seq = await question(this, id, options);
      answer?.({ ok: true, seq });
    } catch (error) {
      const { code, message } = toAppError(error);
      answer?.({ ok: false, code, message });
    }
  };
}
