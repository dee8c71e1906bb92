// The socket server: who comes in, and what they may ask.
import type { Server as HttpServer } from 'node:http';
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { AppError, toAppError } from '@builder-ai/platform/problem';
import { projectsOf } from '@builder-ai/platform/project-access';
import { newSessionId } from '@builder-ai/platform/session-id';
import { Server, type Socket } from 'socket.io';
import type { Deps } from '../deps.ts';
import { type AccessChange, toStanding } from './access-change.ts';
import { forgetRequest, forgetUpgrades } from './forget-beginning.ts';
import { openProjectViewers, type ProjectViewers, roomOfMembers } from './project-viewers.ts';
import { requireSameIdentity } from './same-identity.ts';
import { identityOf, newSocketQuestions, tasksOf } from './socket-questions.ts';
import { SocketTasks } from './socket-tasks.ts';
import { roomOfTask } from './watched-task.ts';

export type LiveServer = Omit<ProjectViewers, 'close'> & {
  sockets(): number;
  /** Ends those that were let in before it: their clients connect again, if they still may, and know of it then. */
  endChanged(change: AccessChange): void;
  close(): Promise<void>;
};

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
  // What comes of a session later has to find the way to this replica.
  io.engine.generateId = ({ socket: { localAddress = '', localPort = 0 } }) => newSessionId(localAddress, localPort);
  const projects = openProjectViewers(io, deps, listening);
  requireSameIdentity(io, deps.identity);
  forgetUpgrades(io);
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

  const watching = { deps, logger };
  const asked = newSocketQuestions(deps, logger);
  // None of these functions is a socket's own: of thousands that would be a tenth of what is held.
  const whenGone = function (this: Socket, reason: string) {
    tasksOf(this).close();
    logger.info('Socket disconnected', { socket_id: this.id, reason });
  };
  io.on('connection', (socket) => {
    forgetRequest(socket);
    socket.data.tasks = new SocketTasks(socket, watching);
    logger.info('Socket connected', { socket_id: socket.id });
    void socket.join(projectsOf(identityOf(socket)).map(roomOfMembers));
    for (const [name, answer] of asked) socket.on(name, answer);
    socket.on('disconnect', whenGone);
  });

  return {
    sockets: () => io.of('/').sockets.size,
    changed: projects.changed,
    notify: projects.notify,
    endChanged(change) {
      for (const socket of io.of('/').sockets.values()) {
        if (toStanding(identityOf(socket), change) === 'same') continue;
        logger.info('Socket ended: its permission has changed', { socket_id: socket.id });
        // The connection, not the socket alone: a client takes that for a fault and comes again. What it has not read goes.
        socket.conn.close(true);
      }
    },
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
  if ((socket.conn.readyState as string) === 'open') socket.conn.on('close', deps.limits.connect(identity.userId));
}

/** What the client's `connect_error` shows: the message, and the code as `data.code`. */
function toConnectError(thrown: unknown): Error {
  const { code, message } = toAppError(thrown);
  return Object.assign(new Error(message), { data: { code } });
}
