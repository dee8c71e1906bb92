// Redis may be away from the start, die, hang and come back: nobody waits for it, and the log says it once.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createLogger } from '../../src/logger.ts';
import { openRedis, type Redis } from '../../src/redis/redis.ts';
import { type GivenRedis, givenRedis } from './given-redis.ts';

const AWAY = 'Redis is away: the service goes on without it';
const BACK = 'Redis is back';

let given: GivenRedis;

beforeEach(async () => {
  given = await givenRedis();
});

afterEach(() => given.close());

const get = (redis: Redis) => redis.run((client) => client.get('a'));

test('keys and channels of one prefix are not seen under another', async () => {
  const [mine, other] = [await given.open({ prefix: 'builder:a:' }), await given.open({ prefix: 'builder:b:' })];
  await mine.run((client) => client.set('a', 'mine'));
  expect([await get(mine), await get(other)]).toEqual(['mine', null]);
});

test('one that is away from the start is waited for by nobody, told once, and used when it comes', async () => {
  await given.server.kill();
  const redis = await given.open({ wait: false });
  await expect(get(redis)).rejects.toThrow('away');
  await eventually(() => given.told.length > 0);
  await expect(redis.check.run()).rejects.toThrow('away');
  await given.server.restart();
  await eventually(() => redis.isHere());
  expect(await get(redis)).toBeNull();
  expect(await redis.check.run()).toEqual({ status: 'healthy' });
  expect(given.told).toEqual([AWAY, BACK]);
});

test.each([
  ['dies', (server: GivenRedis['server']) => server.kill(), (server: GivenRedis['server']) => server.restart()],
  ['hangs', (server: GivenRedis['server']) => server.pause(), (server: GivenRedis['server']) => server.resume()],
])('one that %s is noticed without any request, and each outage is told once', async (_how, leave, comeBack) => {
  const redis = await given.open();
  for (let outage = 1; outage <= 2; outage += 1) {
    await leave(given.server);
    await eventually(() => !redis.isHere());
    for (let index = 0; index < 100; index += 1) await expect(get(redis)).rejects.toThrow('away');
    await comeBack(given.server);
    await eventually(() => redis.isHere());
    expect(await get(redis)).toBeNull();
  }
  expect(given.told).toEqual([AWAY, BACK, AWAY, BACK]);
});

test('after one command got no answer, the next ones fail without asking', async () => {
  const redis = await given.open();
  given.server.pause();
  await Promise.allSettled([get(redis), get(redis), get(redis)]);
  let asked = 0;
  const ask = () => {
    asked += 1;
    return Promise.resolve();
  };
  await expect(redis.run(ask)).rejects.toThrow('away');
  expect([asked, given.told]).toEqual([0, [AWAY]]);
});

test('a command whose answer came too late is not mistaken for the next one', async () => {
  const redis = await given.open();
  await redis.run((client) => client.mset({ a: 'of a', b: 'of b' }));
  given.server.pause();
  await expect(get(redis)).rejects.toThrow();
  given.server.resume();
  await eventually(() => redis.isHere());
  expect(await redis.run((client) => client.get('b'))).toBe('of b');
});

test('a password that is wrong is an outage, told once and without the password', async () => {
  const redis = await given.open();
  await redis.run((client) => client.config('SET', 'requirepass', 'the-right-one'));
  const url = given.server.url.replace('//', '//:the-wrong-one@');
  const file = join(await mkdtemp(join(tmpdir(), 'builder-redis-')), 'service.log');
  const logger = createLogger({ service: 'test', file });
  const wrong = openRedis({ url, prefix: '', logger });
  await eventually(() => readFile(file, 'utf8').then((log) => log.includes(AWAY)));
  // Until it has tried several times.
  const connectionsMade = async () =>
    Number(/total_connections_received:(\d+)/.exec(await redis.run((client) => client.info('stats')))?.[1]);
  const before = await connectionsMade();
  await eventually(async () => (await connectionsMade()) > before + 2);
  await expect(get(wrong)).rejects.toThrow('away');
  wrong.close();
  await logger.close();
  const log = await readFile(file, 'utf8');
  await rm(dirname(file), { recursive: true });
  expect([log.match(/Redis/g)?.length, log.includes('the-wrong-one')]).toEqual([1, false]);
});

test('closing while Redis is away ends at once and tells nothing more', async () => {
  const redis = await given.open();
  await given.server.kill();
  await eventually(() => given.told.length > 0);
  redis.close();
  await given.server.restart();
  expect(given.told).toEqual([AWAY]);
});
