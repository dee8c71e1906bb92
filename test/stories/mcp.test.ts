// A program of somebody else's uses the product as a tool: by the official client of the Model Context Protocol, and a key.

import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { byKey, type Person, signUp } from '../security/people.ts';
import { newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let ada: Person;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home, { OLLAMA: 'off', AGENT_MODE: 'template', SIGN_UP: 'open' });
  ada = await signUp(product, 'ada');
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

async function connect(person: Person): Promise<Client> {
  const client = new Client({ name: 'a-program', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', product.url), {
    requestInit: { headers: person.headers },
  });
  await client.connect(transport as Parameters<Client['connect']>[0]);
  return client;
}

async function use(client: Client, name: string, input: object = {}): Promise<{ text: string; isError: boolean }> {
  const { content, isError } = await client.callTool({ name, arguments: { ...input } });
  return { text: (content as { text: string }[])[0]?.text ?? '', isError: isError === true };
}

describe('the MCP server', () => {
  test('gives a goal, watches it, and takes the files away', async () => {
    const client = await connect(await byKey(product, ada, ['read', 'run']));
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('create_task');
      const made = await use(client, 'create_task', { goal: 'build a landing page with a contact form' });
      const { id } = JSON.parse(made.text) as { id: string };
      let task = { status: '', steps: [] as { status: string }[] };
      while (task.status !== 'completed') {
        task = JSON.parse((await use(client, 'wait_for_task', { task_id: id, seconds: 20 })).text);
        expect(['queued', 'in_progress', 'completed']).toContain(task.status);
      }
      expect(task.steps.every(({ status }) => status === 'completed')).toBe(true);
      const files = JSON.parse((await use(client, 'list_files', { task_id: id })).text) as { path: string }[];
      expect(files.map(({ path }) => path)).toContain('index.html');
      expect((await use(client, 'read_file', { task_id: id, path: 'index.html' })).text).toContain('<form');
      expect((await use(client, 'get_diff', { task_id: id, step: 0 })).text).toContain('diff --git');
      expect((await use(client, 'list_tasks', { q: 'landing' })).text).toContain(id);
      // What cannot be done is said in words that a model can act on.
      expect(await use(client, 'cancel_task', { task_id: id })).toMatchObject({
        isError: true,
        text: expect.stringMatching(/^[A-Z_]+: /),
      });
      expect(await use(client, 'get_task', {})).toMatchObject({
        isError: true,
        text: expect.stringContaining('task_id'),
      });
      expect(await use(client, 'no_such_tool')).toMatchObject({ isError: true });
    } finally {
      await client.close();
    }
  }, 90_000);

  test('has no more rights than its key, and nobody else’s', async () => {
    const mine = await connect(await byKey(product, ada, ['read', 'run']));
    const { id } = JSON.parse((await use(mine, 'create_task', { goal: 'a secret page', run: false })).text) as {
      id: string;
    };
    const reader = await connect(await byKey(product, ada, ['read']));
    expect(await use(reader, 'get_task', { task_id: id })).toMatchObject({ isError: false });
    expect(await use(reader, 'run_task', { task_id: id })).toMatchObject({
      isError: true,
      text: expect.stringContaining('FORBIDDEN'),
    });
    expect(await use(reader, 'delete_task', { task_id: id })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^FORBIDDEN: .*Nothing was deleted.*scope run/),
    });
    const bob = await signUp(product, 'bob');
    const other = await connect(await byKey(product, bob, ['read', 'run']));
    expect((await use(other, 'get_task', { task_id: id })).text).toContain('TASK_NOT_FOUND');
    expect(await use(other, 'delete_task', { task_id: id })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^TASK_NOT_FOUND: Task not found\. Nothing was deleted\./),
    });
    expect(await use(mine, 'get_task', { task_id: id })).toMatchObject({ isError: false });
    expect((await use(other, 'list_tasks')).text).toBe('[]');
    await expect(connect({ name: 'nobody', headers: {} })).rejects.toThrow('NOT_SIGNED_IN');
    // A browser's session is not for programs.
    await expect(connect(bob)).rejects.toThrow(/NOT_SIGNED_IN|API key/);
    await Promise.all([mine, reader, other].map((client) => client.close()));
  }, 60_000);

  test('deletes a task that runs, with all that it made; the others stay', async () => {
    const client = await connect(await byKey(product, ada, ['read', 'run']));
    const make = async (goal: string) => {
      const { text } = await use(client, 'create_task', { goal });
      return (JSON.parse(text) as { id: string }).id;
    };
    const [id, kept] = [await make('build a to-do app'), await make('say hello world')];
    const { text, isError } = await use(client, 'delete_task', { task_id: id });
    expect(isError).toBe(false);
    expect(JSON.parse(text)).toMatchObject({ deleted: { id, title: expect.stringContaining('to-do') } });
    for (const tool of ['get_task', 'run_task', 'delete_task'])
      expect((await use(client, tool, { task_id: id })).text).toMatch(/^TASK_NOT_FOUND: /);
    // The service that has the files hears of it a moment later.
    await eventually(async () =>
      (await use(client, 'list_files', { task_id: id })).text.startsWith('TASK_NOT_FOUND: '),
    );
    const listed = (await use(client, 'list_tasks')).text;
    expect([listed.includes(id), listed.includes(kept)]).toEqual([false, true]);
    await client.close();
  }, 60_000);

  test('405: no stream and no session to end; 400: what is no message', async () => {
    const { headers } = await byKey(product, ada, ['read']);
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(`${product.url}/mcp`, { method, headers });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    }
    const accept = 'application/json, text/event-stream';
    const answer = await fetch(`${product.url}/mcp`, {
      method: 'POST',
      headers: { ...headers, accept, 'content-type': 'application/json' },
      body: '{"hello":1}',
    });
    expect(answer.status).toBe(400);
  });
});
