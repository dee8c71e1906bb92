// The socket server: who comes in, and what they may ask.
import type { Server as HttpServer } from 'node:http';
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import { AppError, toAppError } from '@builder-ai/platform/problem';
import { mayIn, projectsOf } from '@builder-ai/platform/project-access';
import { Server, type Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { openProjectViewers, type ProjectViewers, roomOfMembers, roomOfProject } from './project-viewers.ts';
import { requireSameIdentity } from './same-identity.ts';
import { newSocketTasks, roomOfTask } from './socket-tasks.ts';

export type LiveServer = Omit<ProjectViewers, 'close'> & { sockets(): number; close(): Promise<void> };

type Answer = { ok: true; seq: number } | { ok: false; code: string; message: string };

/** How often a client is asked whether it is there, and how long it may take to say so. */
const HEARTBEAT_MS = 25_000;
const HEARTBEAT_LIMIT_MS = 20_000;

/** @param listening since when other replicas' news are heard, as a number that rises; 0: they are not */
export function startLiveServer(http: HttpServer, deps: Deps, listening?: () => number): LiveServer {
  const logger = deps.logger.child('live');
  const io = new Server(http, {
    path: '/ws',
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    pingInterval: HEARTBEAT_MS,
    pingTimeout: HEARTBEAT_LIMIT_MS,
    transports: ['websocket', 'polling'],
  });
  const projects = openProjectViewers(io, deps, listening);
  requireSameIdentity(io, deps.identity);
  io.use((socket, next) => {
    letIn(socket, deps).then(
      () => next(),
      (error: unknown) => next(toConnectError(error)),
    );
  });
  // Encoded once for all of them, however many they are.
  deps.viewers.sendTogether((taskId, name, data, leftOut) => {
    const room = io.local.to(roomOfTask(taskId));
    (leftOut.length > 0 ? room.except(leftOut) : room).emit(name, data);
  });

  io.on('connection', (socket) => {
    const identity = socket.data.identity as Identity;
    forgetRequest(socket);
    const tasks = newSocketTasks(socket, deps, logger);
    logger.info('Socket connected', { socket_id: socket.id });
    void socket.join(projectsOf(identity).map(roomOfMembers));
    const on = (name: string, handle: (id: unknown, options: unknown) => Promise<number>) =>
      answerTo(socket, name, async (id, options) => {
        deps.limits.pass(identity.userId);
        return handle(id, options);
      });
    on('subscribe_task', (taskId, options) => tasks.subscribe(taskId, options));
    on('unsubscribe_task', async (taskId) => {
      tasks.unsubscribe(String(taskId));
      logger.info('Socket unsubscribed', { socket_id: socket.id, task_id: String(taskId) });
      return 0;
    });
    on('subscribe_project', async (projectId) => {
      const ownerId = toVisibleProject(identity, projectId);
      await socket.join(roomOfProject(ownerId));
      logger.info('Socket subscribed', { socket_id: socket.id, project_id: ownerId });
      return 0;
    });
    on('unsubscribe_project', async (projectId) => {
      await socket.leave(roomOfProject(String(projectId ?? identity.userId)));
      return 0;
    });
    socket.on('disconnect', (reason) => {
      tasks.close();
      logger.info('Socket disconnected', { socket_id: socket.id, reason });
    });
  });

  return {
    sockets: () => io.of('/').sockets.size,
    changed: projects.changed,
    notify: projects.notify,
    async close() {
      projects.close();
      await io.close();
    },
  };
}

/** @throws AppError IDENTITY_INVALID, FORBIDDEN, RATE_LIMITED */
async function letIn(socket: Socket, deps: Deps): Promise<void> {
  const assertion = socket.handshake.headers[IDENTITY_HEADER];
  const identity = await deps.identity.verify(typeof assertion === 'string' ? assertion : undefined);
  if (!identity.scopes.includes('read')) throw new AppError('FORBIDDEN');
  socket.data.identity = identity;
  // One that has gone meanwhile gives nothing back.
  if ((socket.conn.readyState as string) === 'open') socket.conn.once('close', deps.limits.connect(identity.userId));
}

/** Of thousands of sockets the requests that they began with would be a third of what is held for them. */
function forgetRequest(socket: Socket): void {
  const held = socket as unknown as { client: { conn: { request?: unknown } }; handshake: { headers: object } };
  delete held.client.conn.request;
  held.handshake.headers = {};
}

/** @returns the owner_id of its tasks. @throws AppError PROJECT_NOT_FOUND */
function toVisibleProject(identity: Identity, projectId: unknown): string {
  const ownerId = projectId ?? identity.userId;
  if (typeof ownerId !== 'string' || !mayIn(identity, ownerId, 'viewer')) throw new AppError('PROJECT_NOT_FOUND');
  return ownerId;
}

/** Every message may ask for an answer by a function at its end. */
function answerTo(socket: Socket, name: string, handle: (id: unknown, options: unknown) => Promise<number>): void {
  socket.on(name, async (...given: unknown[]) => {
    const answer = given.find((item) => typeof item === 'function') as ((answer: Answer) => void) | undefined;
    const [id, options] = given.filter((item) => item !== answer);
    try {
      const seq = await handle(id, options);
      answer?.({ ok: true, seq });
    } catch (error) {
      const { code, message } = toAppError(error);
      answer?.({ ok: false, code, message });
    }
  });
}

/** What the client's `connect_error` shows: the message, and the code as `data.code`. */
function toConnectError(thrown: unknown): Error {
  const { code, message } = toAppError(thrown);
  return Object.assign(new Error(message), { data: { code } });
}
