// A client below HTTP: it sends what no well-behaved client would, byte by byte.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type RawAnswer = { status: number; head: string; body: string };

/** Opens a connection to the gateway on the loopback. */
export async function openRaw(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends these lines as a request's head, then reads until the gateway closes: name `Connection: close` among them. */
export async function exchange(port: number, lines: string[], body = ''): Promise<RawAnswer> {
  const socket = await openRaw(port);
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  await once(socket, 'close');
  return toRawAnswer(answer);
}

export function toRawAnswer(answer: string): RawAnswer {
  const end = answer.indexOf('\r\n\r\n');
  const head = end < 0 ? answer : answer.slice(0, end);
  return { status: Number(head.split(' ')[1]), head, body: end < 0 ? '' : answer.slice(end + 4) };
}
