// Bodies pass through the gateway as they come, in both directions, and at the pace of the slower side.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway();
});

afterAll(() => given.close());

afterEach(() => {
  for (const upstream of Object.values(given.upstreams)) upstream.behave();
});

const MIB = 1024 * 1024;
/** Far more than all the buffers between the two ends hold. */
const MUCH = 256 * MIB;
/** As much as may be sent at all. */
const MUCH_UP = 60 * MIB;

const open = (method: string, path: string, headers: Record<string, string> = {}): ClientRequest =>
  httpRequest(given.url + path, { method, headers: { ...BY_KEY, ...headers } });

async function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return answer;
}

/** The service's side of the next request. */
function nextRequest(): Promise<{ incoming: IncomingMessage; response: ServerResponse }> {
  return new Promise((resolve) => {
    for (const service of [given.tasks, given.upstreams['agent-service']])
      service.behave((incoming, response) => resolve({ incoming, response }));
  });
}

describe('while it is sent', () => {
  test('each event of a stream arrives before the next one is sent', async () => {
    const arrived = nextRequest();
    const outgoing = open('GET', '/tasks', { accept: 'text/event-stream' });
    outgoing.end();
    const { response } = await arrived;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const answer = await answerTo(outgoing);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    for (const event of ['data: 1\n\n', 'data: 2\n\n', ': comment\n\n', 'data: 3\n\n']) {
      response.write(event);
      expect(String((await once(answer, 'data'))[0])).toBe(event);
    }
    response.end();
    await once(answer, 'end');
  });

  test('each part of an upload arrives before the next one is sent, and the answer may begin before its end', async () => {
    const arrived = nextRequest();
    const outgoing = open('POST', '/tasks');
    outgoing.write('part 0');
    const { incoming, response } = await arrived;
    expect(String((await once(incoming, 'data'))[0])).toBe('part 0');
    response.write('answer 0');
    const answer = await answerTo(outgoing);
    expect(String((await once(answer, 'data'))[0])).toBe('answer 0');
    for (const part of ['part 1', 'part 2']) {
      outgoing.write(part);
      expect(String((await once(incoming, 'data'))[0])).toBe(part);
    }
    outgoing.end();
    await once(incoming, 'end');
    response.end();
    await once(answer.resume(), 'end');
  });
});

describe('a side that does not read', () => {
  test('a client: the service stops sending, and goes on when it reads again', async () => {
    const arrived = nextRequest();
    const outgoing = open('GET', '/tasks');
    outgoing.end();
    const { response } = await arrived;
    const sender = sendMuch(response);
    const answer = await answerTo(outgoing);
    const held = await sender.standsStill();
    expect(held).toBeLessThan(MUCH / 4);
    expect(response.writableEnded).toBe(false);
    expect((await digest(answer)).bytes).toBe(MUCH);
  }, 60_000);

  test('a service: the client stops sending, and goes on when it reads again', async () => {
    const arrived = nextRequest();
    const outgoing = open('POST', '/recordings/replay', { 'content-length': String(MUCH_UP) });
    const sender = sendMuch(outgoing, MUCH_UP);
    const { incoming, response } = await arrived;
    const held = await sender.standsStill();
    expect(held).toBeLessThan(MUCH_UP / 2);
    expect((await digest(incoming)).bytes).toBe(MUCH_UP);
    response.end('got it');
    expect(String(await buffer(await answerTo(outgoing)))).toBe('got it');
  }, 60_000);
});

describe('what arrives is what was sent', () => {
  const body = randomBytes(20 * MIB);
  const hash = createHash('sha256').update(body).digest('hex');

  test.each<[string, Record<string, string>]>([
    ['with a length', { 'content-length': String(body.length) }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
    ['after 100 Continue', { 'content-length': String(body.length), expect: '100-continue' }],
  ])('20 MiB up and down, %s', async (_name, headers) => {
    given.upstreams['agent-service'].behave(async (incoming, response) => {
      response.writeHead(200, headers['content-length'] ? { 'content-length': String(body.length) } : {});
      incoming.pipe(response);
    });
    const outgoing = open('POST', '/recordings/replay', headers);
    if ('expect' in headers) {
      outgoing.flushHeaders();
      await once(outgoing, 'continue');
    }
    outgoing.end(body);
    const answer = await answerTo(outgoing);
    expect(answer.headers['content-length']).toBe(headers['content-length']);
    expect(await digest(answer)).toEqual({ bytes: body.length, hash });
  });

  test('a compressed answer is left compressed', async () => {
    const packed = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
    given.tasks.behave((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', vary: 'accept-encoding' });
      response.end(packed);
    });
    const outgoing = open('GET', '/tasks');
    outgoing.end();
    const answer = await answerTo(outgoing);
    expect([answer.headers['content-encoding'], await buffer(answer)]).toEqual(['gzip', packed]);
  });

  test.each([204, 304, 206])('a %d is passed on with its headers', async (status) => {
    given.tasks.behave((_request, response) => void response.writeHead(status, { etag: '"a"' }).end());
    const outgoing = open('GET', '/tasks');
    outgoing.end();
    const answer = await answerTo(outgoing);
    expect([answer.statusCode, answer.headers.etag, (await buffer(answer)).length]).toEqual([status, '"a"', 0]);
  });

  test('HEAD has the headers of GET and no body', async () => {
    given.tasks.behave((incoming, response) => {
      response.writeHead(200, { 'content-length': '1234', 'x-method': incoming.method ?? '' }).end();
    });
    const outgoing = open('HEAD', '/tasks/id');
    outgoing.end();
    const answer = await answerTo(outgoing);
    expect(answer.headers).toMatchObject({ 'content-length': '1234', 'x-method': 'HEAD' });
    expect((await buffer(answer)).length).toBe(0);
  });
});

/** Writes MUCH bytes at the pace at which they are taken. */
function sendMuch(to: Writable, much = MUCH) {
  const chunk = Buffer.alloc(MIB / 4, 'x');
  let sent = 0;
  const send = () => {
    while (sent < much) {
      sent += chunk.length;
      if (!to.write(chunk)) return;
    }
    to.end();
  };
  to.on('drain', send);
  send();
  return {
    /** @returns how much was sent when no more was taken, or all of it */
    async standsStill(): Promise<number> {
      for (let last = -1, quiet = 0; quiet < 10; ) {
        await delay(20);
        quiet = sent === last ? quiet + 1 : 0;
        last = sent;
      }
      return sent;
    },
  };
}

async function digest(stream: AsyncIterable<Buffer>): Promise<{ bytes: number; hash: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, hash: hash.digest('hex') };
}
