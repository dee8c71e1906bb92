// What the gateway makes of messages of the Model Context Protocol; test/stories/mcp.test.ts uses the whole product by it.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from './given-gateway.ts';

let given: GivenGateway;

beforeAll(async () => {
  given = await givenGateway();
});

afterAll(() => given.close());

const say = (method: string, params: object = {}, headers: Record<string, string> = BY_KEY) =>
  request(given.url)
    .post('/mcp')
    .set({ accept: 'application/json, text/event-stream', ...headers })
    .send({ jsonrpc: '2.0', id: 1, method, params });

const use = async (name: string, input: object) =>
  (await say('tools/call', { name, arguments: input })).body.result as {
    content: { text: string }[];
    isError: boolean;
  };

describe('POST /mcp', () => {
  test('200: its tools, with what they take', async () => {
    const { status, body } = await say('tools/list');
    expect(status).toBe(200);
    const [create] = body.result.tools as { name: string; inputSchema: { required: string[] } }[];
    expect([create?.name, create?.inputSchema.required]).toEqual(['create_task', ['goal']]);
  });

  test('a tool calls our own routes, in the caller’s name and by its key', async () => {
    given.tasks.received.length = 0;
    await use('list_tasks', { q: 'a b', limit: 3 });
    const [asked] = given.tasks.received;
    expect(asked).toMatchObject({ method: 'GET', url: '/tasks?q=a+b&limit=3' });
    expect(asked?.headers).toHaveProperty('x-builder-identity');
    expect(asked?.headers).not.toHaveProperty('authorization');
  });

  test('what cannot be undone says so, and what is refused says that nothing was deleted and what it takes', async () => {
    const { tools } = (await say('tools/list')).body.result as {
      tools: { name: string; annotations: Record<string, boolean> }[];
    };
    const destructive = tools.filter(({ annotations }) => annotations.destructiveHint).map(({ name }) => name);
    expect(destructive).toEqual(['delete_task']);
    const asked: unknown[] = [];
    given.tasks.behave(({ method, url }, response) => {
      asked.push([method, url]);
      const [status, code] = method === 'GET' ? [200, ''] : [403, 'FORBIDDEN'];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'a', plan: [], messages: [], code, detail: 'You may not do this.' }));
    });
    const { content, isError } = await use('delete_task', { task_id: 'a' });
    given.tasks.behave();
    expect(asked).toEqual([
      ['GET', '/tasks/a'],
      ['DELETE', '/tasks/a'],
    ]);
    expect([isError, content[0]?.text]).toEqual([
      true,
      expect.stringMatching(/^FORBIDDEN: You may not do this\. Nothing was deleted\. .*scope run.*role editor/),
    ]);
  });

  test('an id is one part of a path, whatever is in it', async () => {
    given.tasks.received.length = 0;
    await use('get_task', { task_id: '../../admin/dead-letters' });
    expect(given.tasks.received.map(({ url }) => url).filter((url) => url?.includes('admin/'))).toEqual([]);
  });

  test('unusable arguments and unknown tools are told in words', async () => {
    expect(await use('get_task', { task: 1 })).toMatchObject({ isError: true });
    expect((await use('nothing', {})).content[0]?.text).toBe('There is no tool nothing.');
  });

  test('401: a session of a browser; 400: no message', async () => {
    expect((await say('tools/list', {}, await given.signIn())).status).toBe(401);
    const noMessage = request(given.url)
      .post('/mcp')
      .set({ ...BY_KEY, accept: 'application/json, text/event-stream' });
    expect((await noMessage.send({ a: 1 })).status).toBe(400);
  });
});

describe('GET /mcp and DELETE /mcp', () => {
  test('405: there is no stream, and no session to end', async () => {
    const answers = [
      await request(given.url).get('/mcp').set(BY_KEY),
      await request(given.url).delete('/mcp').set(BY_KEY),
    ];
    expect(answers.map(({ status, headers, body }) => [status, headers.allow, body.code])).toEqual([
      [405, 'POST', 'METHOD_NOT_ALLOWED'],
      [405, 'POST', 'METHOD_NOT_ALLOWED'],
    ]);
  });
});
