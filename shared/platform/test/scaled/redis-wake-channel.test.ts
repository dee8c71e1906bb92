// Replicas tell one another news, also after Redis was away: a channel finds its way back by itself.
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openWakeChannel, type WakeChannel } from '../../src/redis/wake-channel.ts';
import { type GivenRedis, givenRedis } from './given-redis.ts';

let given: GivenRedis;
const opened: WakeChannel[] = [];

beforeEach(async () => {
  given = await givenRedis();
});

afterEach(async () => {
  for (const channel of opened.splice(0)) channel.close();
  await given.close();
});

/** A channel of one replica, and what it has heard. */
async function replica(name = 'news', prefix?: string) {
  const channel = openWakeChannel(await given.open({ prefix }), name);
  opened.push(channel);
  const heard: string[] = [];
  channel.subscribe((payload) => heard.push(payload));
  await eventually(() => channel.connected());
  return { channel, heard };
}

test('what one replica publishes, every replica hears in order, itself too; other names and prefixes hear nothing', async () => {
  const [a, b] = [await replica(), await replica()];
  const [otherName, otherPrefix] = [await replica('other'), await replica('news', 'builder:other:')];
  a.channel.publish('1');
  a.channel.publish();
  a.channel.publish('ü€𝄞\n');
  await eventually(() => a.heard.length === 3 && b.heard.length === 3);
  expect([a.heard, b.heard]).toEqual([
    ['1', '', 'ü€𝄞\n'],
    ['1', '', 'ü€𝄞\n'],
  ]);
  expect([otherName.heard, otherPrefix.heard]).toEqual([[], []]);
});

test.each([
  ['killed', (server: GivenRedis['server']) => server.kill(), (server: GivenRedis['server']) => server.restart()],
  ['paused', (server: GivenRedis['server']) => server.pause(), (server: GivenRedis['server']) => server.resume()],
])(
  'while Redis is %s a channel knows that it hears nothing; after that it hears again, twice over',
  async (_how, leave, comeBack) => {
    const [a, b] = [await replica(), await replica()];
    for (const word of ['first', 'second']) {
      await leave(given.server);
      await eventually(() => !a.channel.connected() && !b.channel.connected());
      a.channel.publish('lost or late');
      await comeBack(given.server);
      await eventually(() => a.channel.connected() && b.channel.connected());
      await eventually(() => {
        a.channel.publish(word);
        return b.heard.includes(word);
      });
    }
  },
);

test('a Redis that lets nobody subscribe is told of once; when it does, the channel hears', async () => {
  const redis = await given.open();
  await redis.run((client) => client.acl('SETUSER', 'default', 'resetchannels'));
  const channel = openWakeChannel(redis, 'news');
  opened.push(channel);
  await eventually(() => given.told.length > 0);
  expect([channel.connected(), given.told]).toEqual([false, ['Redis lets nobody listen']]);
  await redis.run((client) => client.acl('SETUSER', 'default', 'allchannels'));
  await eventually(() => channel.connected());
});

test('a closed channel hears nothing and fails nobody', async () => {
  const [a, b] = [await replica(), await replica()];
  b.channel.close();
  b.channel.close();
  a.channel.publish('1');
  await eventually(() => a.heard.length === 1);
  expect([b.heard, b.channel.connected()]).toEqual([[], false]);
});
