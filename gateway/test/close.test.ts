// An orderly end: who is being answered is answered, who only keeps a connection does not hold it up.
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startGateway } from '../src/compose.ts';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';
import { openRaw } from './raw-exchange.ts';

let given: GivenGateway;

beforeEach(async () => {
  given = await givenGateway();
});

afterEach(() => given.close());

/** Begins a request over a connection that its client would keep for the next one. */
async function begin(path: string) {
  const agent = new Agent({ keepAlive: true });
  const outgoing = request(given.url + path, { headers: BY_KEY, agent }).end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  const socket = answer.socket;
  return { answer, closed: once(socket, 'close') };
}

test('who is being answered gets it all; the limit is for who would never end, and nobody else waits for it', async () => {
  let finish = () => {};
  given.tasks.behave((incoming, response) => {
    if (incoming.url === '/tasks/answered') return void response.end('all of it');
    response.write('first, ');
    if (incoming.url === '/tasks/slow') finish = () => void response.end('last');
  });
  const silent = once((await openRaw(given.port)).resume(), 'close');
  const answered = await begin('/tasks/answered');
  expect(await text(answered.answer)).toBe('all of it');
  const slow = await begin('/tasks/slow');
  const endless = await begin('/tasks/endless');
  let cut = false;
  const end = text(endless.answer).catch(() => {
    cut = true;
  });

  const stopped = given.stop();
  await expect(fetch(`${given.url}/health`)).rejects.toThrow();
  await Promise.all([silent, answered.closed]);
  finish();
  expect(await text(slow.answer)).toBe('first, last');
  await slow.closed;
  expect(cut).toBe(false);
  await Promise.all([stopped, end]);
  expect(cut).toBe(true);
});

test('no connection to the database or to a service stays behind', async () => {
  await fetch(`${given.url}/tasks`, { headers: BY_KEY });
  await given.stop();
  // The other ends notice a moment later.
  await eventually(async () => {
    const left = await given.db.query(
      `select 1 from pg_stat_activity where datname = current_database() and application_name = 'gateway'`,
    );
    expect([left.length, given.tasks.sockets.size]).toEqual([0, 0]);
    return true;
  }, 5_000);
});

test('a start that finds its port taken says so and leaves nothing open', async () => {
  const database = await openServiceDatabase('gateway');
  const elsewhere = 'http://127.0.0.1:9';
  const started = startGateway(
    {
      PORT: String(given.port),
      DATABASE_URL: database.url,
      LOG_LEVEL: 'error',
      TASK_SERVICE_URL: elsewhere,
      AGENT_SERVICE_URL: elsewhere,
      NOTIFICATION_SERVICE_URL: elsewhere,
    },
    { bus: given.bus },
  );
  await expect(started).rejects.toMatchObject({ code: 'EADDRINUSE' });
  const left = await given.db.query('select 1 from pg_stat_activity where datname = $1', [
    new URL(database.url).pathname.slice(1),
  ]);
  expect(left).toEqual([]);
  await database.drop();
});
