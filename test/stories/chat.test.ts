// A person who only talks: through the gateway, without any key for a model.
import type { Task } from '@builder-ai/contracts/task';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, { OLLAMA: 'off', ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '' });
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

test('what is said becomes a task of theirs, and is built', async () => {
  const client = newClient(product.url);
  const answer = await client.call('POST', '/agent', { message: 'a static page about tea' });
  expect(answer.status).toBe(200);
  const { task, actions, reply } = (await answer.json()) as { task: Task; actions: object[]; reply: string };
  expect(task).toMatchObject({ goal: 'a static page about tea' });
  expect(actions).toHaveLength(2);
  expect(reply).toContain('runs now');
  expect((await client.ended(task.id)).status).toBe('completed');
  expect(Object.keys(await client.walk(task.id))).toContain('index.html');
}, 60_000);
