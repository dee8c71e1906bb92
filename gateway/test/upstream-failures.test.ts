// What a client gets when a service is down, slow, dies, or talks nonsense; and what a service gets of a client's end.
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { givenUpstream } from './given-upstream.ts';
import { openRaw } from './raw-exchange.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway({ RUN_WAIT_MS: '20000' }, { proxyTimeoutMs: 1_000 });
});

afterAll(() => given.close());

afterEach(() => given.tasks.behave());

const get = (path: string) => request(given.url).get(path).set(BY_KEY);
const post = (path: string) => request(given.url).post(path).set(BY_KEY).send({});

function expectProblem(answer: request.Response, status: number, code: string): void {
  expect([answer.status, answer.headers['content-type']]).toEqual([status, 'application/problem+json']);
  expect(answer.body).toMatchObject({ status, code, request_id: answer.headers['x-request-id'] });
  expect(answer.body.request_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(answer.body)).not.toMatch(/127\.0\.0\.1|ECONN|socket/);
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
}

describe('a service that is down', () => {
  test('is a 503 that says when to try again, and concerns no other service', async () => {
    const down = await givenUpstream('down');
    await down.close();
    const other = await givenGateway({ TASK_SERVICE_URL: down.url });
    try {
      for (const method of ['get', 'post'] as const) {
        const answer = await request(other.url)[method]('/tasks').set(BY_KEY);
        expectProblem(answer, 503, 'SERVICE_UNAVAILABLE');
        expect(answer.headers['retry-after']).toBe('1');
      }
      expect((await request(other.url).get('/tasks/id/files').set(BY_KEY)).status).toBe(200);
      const health = await request(other.url).get('/health/readiness');
      expect(health.status).toBe(200);
      // It comes back at its old address: the gateway need not be told.
      const back = await givenUpstream('back', Number(new URL(down.url).port));
      expect((await request(other.url).get('/tasks').set(BY_KEY)).body.service).toBe('back');
      // Its end breaks the kept connections of the gateway, its return needs new ones.
      await back.close();
      expect((await request(other.url).get('/tasks').set(BY_KEY)).status).toBe(503);
      const again = await givenUpstream('again', Number(new URL(down.url).port));
      expect((await request(other.url).get('/tasks').set(BY_KEY)).body.service).toBe('again');
      await again.close();
    } finally {
      await other.close();
    }
  });
});

describe('a service that does not begin to answer', () => {
  test('is a 504, and its request is given up', async () => {
    const arrived = new Promise<boolean>((resolve) => {
      given.tasks.behave((_request, response) => response.once('close', () => resolve(response.writableFinished)));
    });
    expectProblem(await get('/tasks'), 504, 'GATEWAY_TIMEOUT');
    expect(await arrived).toBe(false);
  });

  test('may take as long as a run waits where it runs something', async () => {
    let answerRun = () => {};
    given.tasks.behave((incoming, response) => {
      if (incoming.url === '/tasks/id/run') answerRun = () => response.end('{"ran":true}');
    });
    const run = post('/tasks/id/run').then((answer) => answer);
    // By then every other route would have given up.
    expect((await post('/tasks/id/run-async')).status).toBe(504);
    answerRun();
    expect((await run).text).toBe('{"ran":true}');
  });

  test('a client that hangs up meanwhile takes its request with it, and nobody logs a fault', async () => {
    let given_up = false;
    given.tasks.behave((_request, response) => response.once('close', () => (given_up = true)));
    const client = await openRaw(given.port);
    client.write(`GET /tasks/hang-up HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${BY_KEY.authorization}\r\n\r\n`);
    await once(given.tasks.server, 'request');
    client.resetAndDestroy();
    await eventually(() => given_up);
    given.tasks.behave();
    expect((await get('/tasks')).status).toBe(200);
    expect(await given.readLog()).not.toMatch(/"level":"error"/);
  });
});

describe('a service that dies', () => {
  test('before it answers: 503', async () => {
    given.tasks.behave((incoming) => incoming.socket.destroy());
    expectProblem(await get('/tasks'), 503, 'SERVICE_UNAVAILABLE');
    expectProblem(await post('/tasks'), 503, 'SERVICE_UNAVAILABLE');
  });

  test.each([
    ['with a length', { 'content-length': '1000' }],
    ['in chunks', {}],
  ])('in the middle of an answer %s: the client sees that it is incomplete', async (_name, headers) => {
    given.tasks.behave((incoming, response) => {
      response.writeHead(200, headers);
      response.write('half of it', () => incoming.socket.resetAndDestroy());
    });
    const answer = await fetch(`${given.url}/tasks`, { headers: BY_KEY });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
    given.tasks.behave();
    expect((await get('/tasks')).status).toBe(200);
  });

  test('by silence in the middle of an answer: the client is not left waiting', async () => {
    given.tasks.behave((_request, response) => void response.write('half of it'));
    const answer = await fetch(`${given.url}/tasks`, { headers: BY_KEY });
    await expect(answer.text()).rejects.toThrow();
  });
});

describe('a service that talks nonsense', () => {
  test.each([
    ['not HTTP', 'I am a teapot\r\n\r\n'],
    ['a header without end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}`],
    ['an impossible length', 'HTTP/1.1 200 OK\r\ncontent-length: abc\r\n\r\n'],
  ])('%s is a 503', async (_name, text) => {
    given.tasks.behave((incoming) => void incoming.socket.write(text));
    expectProblem(await get('/tasks'), 503, 'SERVICE_UNAVAILABLE');
  });
});

describe('what a service says is its own', () => {
  test.each([400, 404, 409, 413, 422, 500, 503])('its %d goes to the client as it is', async (status) => {
    given.tasks.behave((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '7', etag: '"a"' });
      response.end(`{"code":"OWN","status":${status}}`);
    });
    const answer = await get('/tasks');
    expect([answer.status, answer.body]).toEqual([status, { code: 'OWN', status }]);
    expect(answer.headers).toMatchObject({ 'retry-after': '7', etag: '"a"' });
  });

  test('an answer that comes before the upload is read arrives whole', async () => {
    given.upstreams['agent-service'].behave((_request, response) => {
      response.writeHead(413, { 'content-type': 'application/problem+json' });
      response.end('{"code":"OWN"}');
    });
    const body = Buffer.alloc(8 * 1024 * 1024, 'x');
    const answer = await fetch(`${given.url}/recordings/replay`, { method: 'POST', headers: BY_KEY, body });
    expect([answer.status, await answer.json()]).toEqual([413, { code: 'OWN' }]);
  });
});

describe('a client that goes away', () => {
  test('in the middle of its upload: the service sees it end, the gateway goes on', async () => {
    const aborted = new Promise<boolean>((resolve) => {
      given.tasks.behave((incoming) => {
        incoming.on('error', () => {});
        incoming.once('close', () => resolve(!incoming.complete)).resume();
      });
    });
    const client = connect(given.port, '127.0.0.1').on('error', () => {});
    client.write(
      `POST /tasks HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${BY_KEY.authorization}\r\nContent-Length: 99999\r\n\r\n{`,
    );
    await once(given.tasks.server, 'request');
    client.resetAndDestroy();
    expect(await aborted).toBe(true);
    given.tasks.behave();
    expect((await get('/tasks')).status).toBe(200);
  });

  test('in the middle of a download: the service may stop, the gateway goes on', async () => {
    const stopped = new Promise<void>((resolve) => {
      given.tasks.behave((_request, response) => {
        response.once('close', resolve);
        response.write('first');
      });
    });
    const control = new AbortController();
    const answer = await fetch(`${given.url}/tasks`, { headers: BY_KEY, signal: control.signal });
    control.abort();
    await expect(answer.text()).rejects.toThrow();
    await stopped;
    given.tasks.behave();
    expect((await get('/tasks')).status).toBe(200);
  });
});
