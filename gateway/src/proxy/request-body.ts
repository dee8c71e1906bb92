// A request's body on its way to the service. Short ones are read first: a client that sends slowly holds no connection to a
// service. The request itself is never handed on, for undici would end the client's connection with it.
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';

const READ_FIRST_BYTES = 16 * 1024;

/**
 * @returns null when there is none
 * @throws Error when the client goes away meanwhile
 */
export function openBody(request: IncomingMessage): Promise<Buffer> | Readable | null {
  const length = request.headers['content-length'];
  if (request.headers['transfer-encoding'] === undefined) {
    if (length === undefined || length === '0') return null;
    if (Number(length) <= READ_FIRST_BYTES) return readWhole(request);
  }
  const body = new PassThrough();
  request.once('error', (error) => body.destroy(error));
  // What the service does not want is read all the same, so that its answer arrives.
  body.once('close', () => request.unpipe(body).resume());
  return request.pipe(body);
}

async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(request, 'end');
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}
