// How much waits for a socket: what its client does not read stays here, and is not to grow without end.
import type { Socket } from 'socket.io';

/** So many messages wait for one socket at most, besides those that are on their way. */
const MAX_WAITING = 512;
/** Their bytes at most; one more message may be as large as an event may. */
const MAX_WAITING_BYTES = 512 * 1024;

type Conn = Socket['conn'];
type Waiting = { data?: unknown };

export function hasRoom(conn: Conn): boolean {
  // What waits until the transport has sent what it was given before: nothing, when a client reads.
  const waiting = (conn as unknown as { writeBuffer: Waiting[] }).writeBuffer;
  if (waiting.length === 0) return true;
  if (waiting.length >= MAX_WAITING) return false;
  let bytes = 0;
  for (const { data } of waiting) bytes += typeof data === 'string' ? data.length : 0;
  return bytes < MAX_WAITING_BYTES;
}

/** Resolves when there may be room again, or nobody reads any more; of many thousand sockets most never have to wait. */
export function waitForRoom(conn: Conn): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      conn.off('drain', done);
      conn.off('close', done);
      resolve();
    };
    conn.on('drain', done);
    conn.on('close', done);
  });
}
