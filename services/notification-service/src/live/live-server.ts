// The socket server: who comes in, and what they may ask.
import type { Server as HttpServer } from 'node:http';
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { AppError, toAppError } from '@builder-ai/platform/problem';
import { Server, type Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { requireSameIdentity } from './same-identity.ts';
import { newSocketTasks, roomOfTask } from './socket-tasks.ts';

export type LiveServer = { sockets(): number; close(): Promise<void> };

type Answer = { ok: true; seq: number } | { ok: false; code: string; message: string };

export function startLiveServer(http: HttpServer, deps: Deps): LiveServer {
  const logger = deps.logger.child('live');
  const io = new Server(http, {
    path: '/ws',
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    transports: ['websocket', 'polling'],
  });
  requireSameIdentity(io, deps.identity);
  io.use((socket, next) => {
    const assertion = socket.handshake.headers[IDENTITY_HEADER];
    deps.identity.verify(typeof assertion === 'string' ? assertion : undefined).then(
      (identity) => {
        socket.data.identity = identity;
        next(identity.scopes.includes('read') ? undefined : toConnectError(new AppError('FORBIDDEN')));
      },
      (error: unknown) => next(toConnectError(error)),
    );
  });
  // Encoded once for all of them, however many they are.
  deps.viewers.sendTogether((event, leftOut) => {
    const room = io.local.to(roomOfTask(event.task_id));
    (leftOut.length > 0 ? room.except(leftOut) : room).emit('task_event', event);
  });

  io.on('connection', (socket) => {
    const tasks = newSocketTasks(socket, deps);
    logger.info('Socket connected', { socket_id: socket.id });
    answerTo(socket, 'subscribe_task', (taskId, options) => tasks.subscribe(taskId, options));
    answerTo(socket, 'unsubscribe_task', async (taskId) => {
      tasks.unsubscribe(String(taskId));
      logger.info('Socket unsubscribed', { socket_id: socket.id, task_id: String(taskId) });
      return 0;
    });
    socket.on('disconnect', (reason) => {
      tasks.close();
      logger.info('Socket disconnected', { socket_id: socket.id, reason });
    });
  });

  return { sockets: () => io.of('/').sockets.size, close: () => io.close() };
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
