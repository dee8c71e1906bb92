import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collect, newClient, oneTo } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

const GOAL = 'build a landing page with a contact form';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

test('kill -9 in the middle of a run: the next start goes on from the interrupted call, and nothing is lost or made twice', async () => {
  let client = newClient(product.url);
  const undisturbed = await client.createTask(GOAL);
  await client.runAll(undisturbed.id);

  const { id } = await client.createTask(GOAL);
  const socket = client.connect();
  const seen = collect(socket, id, 0);
  await client.runAsync(id);
  // The check of a step takes a while: the process dies inside it.
  await eventually(() => seen.some((event) => event.event_type === 'tool_called' && event.data.tool === 'run_check'));
  await product.kill();
  socket.close();

  product = await startProduct(home.home);
  client = newClient(product.url);
  const task = await client.ended(id);
  expect(task.status).toBe('completed');

  const events = await eventually(async () => {
    const feed = await client.events(id);
    return feed.length >= task.seq && feed;
  });
  expect(events.map((event) => event.seq)).toEqual(oneTo(task.seq));
  expect(events.map((event) => event.event_type)).toContain('run_resumed');
  // The step is gone on with, not begun again: of all calls, only the one in flight is made a second time.
  expect(task.plan.map((step) => step.attempts)).toEqual(task.plan.map(() => 1));
  const again = events.filter((event) => event.event_type === 'tool_called' && event.data.attempt !== 1);
  expect(again.map(({ data }) => [data.tool, data.attempt])).toEqual([['run_check', 2]]);
  // What the first process told before it died is part of the same timeline.
  expect(events.slice(0, seen.length)).toEqual(seen);
  expect(await client.walk(id)).toEqual(await client.walk(undisturbed.id));
}, 120_000);

test('an acknowledged task is there after kill -9', async () => {
  const created = await newClient(product.url).createTask('a static page about tea');
  await product.kill();
  product = await startProduct(home.home);
  const client = newClient(product.url);
  expect(await client.getTask(created.id)).toEqual(created);
  expect((await client.runAll(created.id)).status).toBe('completed');
}, 120_000);
