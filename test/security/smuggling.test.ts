// Two programs that read one stream of bytes as different requests: the gateway refuses what could be read in two ways, and a
// service sees exactly the requests that the gateway has let through.
import { IDENTITY_HEADER } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BY_KEY, type GivenGateway, givenGateway } from '../../gateway/test/given-gateway.ts';
import { openRaw } from '../../gateway/test/raw-exchange.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway();
});

afterAll(() => given.close());

beforeEach(() => {
  for (const upstream of Object.values(given.upstreams)) upstream.received.length = 0;
});

/** What an attacker would like a service to take for a request of its own. */
const INNER = `GET /admin/dead-letters/task-service HTTP/1.1\r\nHost: x\r\n${IDENTITY_HEADER}: forged\r\n\r\n`;
const chunkOf = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** @returns all that the gateway answers until it closes */
async function send(method: string, headers: string[], body: string): Promise<string> {
  const head = [`${method} /tasks HTTP/1.1`, 'Host: 127.0.0.1', `Authorization: ${BY_KEY.authorization}`];
  const type = 'Content-Type: application/json';
  const socket = await openRaw(given.port);
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(`${[...head, type, ...headers].join('\r\n')}\r\n\r\n${body}`, 'latin1');
  // A last request of the connection's own: its answer says that everything before it was read.
  socket.write(`GET /me HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  socket.end();
  await closed;
  return answer;
}

const received = () => Object.values(given.upstreams).flatMap((upstream) => upstream.received);

function expectNothingSmuggled(): void {
  expect(received().filter(({ url }) => url.includes('admin'))).toEqual([]);
  expect(received().flatMap(({ rawHeaders }) => rawHeaders)).not.toContain('forged');
}

describe('a request whose length can be read in two ways is refused, and no service sees it', () => {
  const length = `Content-Length: ${INNER.length}`;
  const chunked = 'Transfer-Encoding: chunked';
  test.each<[string, string[], string]>([
    ['a length and chunks', [length, chunked], `0\r\n\r\n${INNER}`],
    ['chunks and a length', [chunked, length], `0\r\n\r\n${INNER}`],
    ['two lengths', ['Content-Length: 0', length], INNER],
    ['two lengths in one header', [`Content-Length: 0, ${INNER.length}`], INNER],
    ['a length with a sign', [`Content-Length: +${INNER.length}`], INNER],
    ['a length in hexadecimal', ['Content-Length: 0x10'], INNER],
    ['a negative length', ['Content-Length: -1'], INNER],
    ['chunks under another name', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${INNER}`],
    ['chunks that are not last', ['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${INNER}`],
    ['chunks twice', [chunked, 'Transfer-Encoding: identity'], `0\r\n\r\n${INNER}`],
    ['a space before the colon', ['Transfer-Encoding : chunked', length], `0\r\n\r\n${INNER}`],
    ['a folded header', ['Transfer-Encoding:\r\n chunked', length], `0\r\n\r\n${INNER}`],
    ['a header with a line feed alone', [`X: y\n${chunked}`, length], `0\r\n\r\n${INNER}`],
    ['a NUL in a header', ['X: a\0b', length], INNER],
    ['a size that is none', [chunked], `zz\r\n${INNER}`],
    ['a size with a sign', [chunked], `-1\r\n${INNER}`],
    ['a size beyond all numbers', [chunked], `ffffffffffffffffff\r\n${INNER}`],
    ['a chunk longer than its size', [chunked], `1\r\n${INNER}`],
  ])('%s', async (_name, headers, body) => {
    const answer = await send('POST', headers, body);
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 400');
    expectNothingSmuggled();
    expect(received().filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('a body is a body, whatever is in it', () => {
  test.each(['POST', 'PATCH'])('%s with a length', async (method) => {
    await send(method, [`Content-Length: ${INNER.length}`], INNER);
    expectNothingSmuggled();
    for (const { body } of received()) expect(body).toBe(INNER);
  });

  test.each(['GET', 'DELETE', 'POST'])('%s in chunks', async (method) => {
    await send(method, ['Transfer-Encoding: chunked'], `${chunkOf(INNER)}0\r\n\r\n`);
    expectNothingSmuggled();
    for (const { body } of received()) expect(body).toBe(INNER);
  });

  test('trailers and extensions of chunks become no headers', async () => {
    const body = `3;x=\u0022${IDENTITY_HEADER}: forged\u0022\r\nabc\r\n0\r\n${IDENTITY_HEADER}: forged\r\n\r\n`;
    await send('POST', ['Transfer-Encoding: chunked', `Trailer: ${IDENTITY_HEADER}`], body);
    expectNothingSmuggled();
    expect(received().map(({ body: got }) => got)).toEqual(['abc']);
  });
});
