// The requests that sockets began with: of many thousands they would be a third of what is held.
import { ServerResponse } from 'node:http';
import type { Server, Socket } from 'socket.io';

type Next = (error?: Error) => void;
type Held = { conn: { request: object | undefined }; handshake: object };

/** What nothing is asked of once its socket is connected; one for all. */
const FORGOTTEN = Object.freeze({ headers: {}, query: {}, auth: {} });

/** The engine keeps what it answers an upgrade by as long as the connection, and by it the request. */
export function forgetUpgrades(io: Server): void {
  const answers = new WeakMap<object, { req?: object | undefined }>();
  io.engine.use((request: object, answer: object, next: Next) => {
    if (!(answer instanceof ServerResponse)) answers.set(request, answer);
    next();
  });
  // Headers are the last thing that is asked of it.
  io.engine.on('headers', (_headers: object, request: object) => {
    const answer = answers.get(request);
    if (answer) answer.req = undefined;
  });
}

/** Lets go of a connected socket's request: who it is, and what it said of itself, is known by then. */
export function forgetRequest(socket: Socket): void {
  const held = socket as unknown as Held;
  // Not deleted: an object that has lost a property is kept in a way that takes as much as the request did.
  held.conn.request = undefined;
  held.handshake = FORGOTTEN;
}
