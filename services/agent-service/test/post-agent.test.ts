// Talking with an agent that makes and steers tasks in its user's name.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually } from '@builder-ai/testing/eventually';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import type { Script, ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/deps.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

let service: GivenService;
let provider: ScriptedProvider | undefined;
let deps: Deps;

beforeEach(async () => {
  service = await givenService({ tasks: { mine: OWNER, theirs: 'somebody' } });
  deps = service.deps;
});

afterEach(async () => {
  await provider?.close();
  provider = undefined;
  await service.close();
});

const created = async () => {
  const rows = await deps.db.query<{ key: string; event: string }>(
    `select key, event from outbox where topic = 'task.requests' order by position`,
  );
  return rows.map(({ key, event }) => ({ task: key, ...(JSON.parse(event) as { type: string; data: object }) }));
};

/** Task-service knows what was asked of it, as soon as it was asked. */
function withTasks(given: Deps): Deps {
  const taskOf = (id: string) => ({ id, title: 'A page', status: 'queued', plan: [], messages: [], budget: {} });
  return {
    ...given,
    taskService: {
      async find<T>(path: string) {
        const id = decodeURIComponent(path.split('/').at(path.endsWith('/owner') ? -2 : -1) ?? '');
        const isKnown = id === 'mine' || (await created()).some(({ task }) => task === id);
        if (path.endsWith('/owner')) {
          const owner_id = id === 'theirs' ? 'somebody' : isKnown ? OWNER : undefined;
          return (owner_id && { owner_id }) as T | undefined;
        }
        if (path.endsWith('/tasks')) return [taskOf('mine')] as T;
        return (isKnown ? { ...taskOf(id), collaboration_log: 'what was said' } : undefined) as T | undefined;
      },
    },
  };
}

async function givenClaude(script: Script, options: Partial<ScriptedProviderOptions> = {}): Promise<void> {
  provider = await startScriptedProvider({ script, ...options });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  deps = { ...service.deps, models: { ...service.deps.models, claude } };
}

async function talk(body: object, owner = OWNER) {
  return request(createApp(withTasks(deps)))
    .post('/agent')
    .set(await service.headersFor(owner))
    .send(body);
}

const call = (name: string, input: object): { toolUses: ScriptToolUse[] } => ({ toolUses: [{ name, input }] });

/** Makes a task, runs it, and says so. */
const maker: Script = ({ results }, body) => {
  if (results === 0) return call('create_task', { goal: 'a page with a red button', cap_usd: 0.5 });
  if (results > 1) return { text: 'It runs.' };
  const made = JSON.stringify(body.messages).match(/task_id\\*":\\*"([\w-]+)/)?.[1];
  return call('run_task', { task_id: made ?? '' });
};

describe('POST /agent', () => {
  test('200: what is wanted becomes a task of the user’s, and is run', async () => {
    await givenClaude(maker);
    const { status, body } = await talk({ message: 'Make me a page with a red button' });
    expect(status).toBe(200);
    const [made, run] = await created();
    expect(made).toMatchObject({
      type: 'task.create_requested',
      data: { owner_id: OWNER, goal: 'a page with a red button', cap_micro_usd: 500_000 },
    });
    expect(run).toMatchObject({ type: 'task.run_requested', task: made?.task, data: { owner_id: OWNER } });
    expect(body).toMatchObject({
      reply: 'It runs.',
      agent: 'claude',
      task: { id: made?.task },
      actions: [
        { action: 'create_task', task_id: made?.task },
        { action: 'run_task', task_id: made?.task },
      ],
      collaboration_log: 'what was said',
    });
    expect(body.usage.cost_micro_usd).toBeGreaterThan(0);
  });

  test('200: a conversation goes on where it was; nobody else’s is found', async () => {
    let heard = '';
    await givenClaude((_request, body) => {
      heard = JSON.stringify(body.messages);
      return { text: 'Hello, Ada.' };
    });
    const { conversation_id } = (await talk({ message: 'I am Ada' })).body;
    await talk({ message: 'Who am I?', conversation_id });
    expect(heard).toMatch(/I am Ada.*Hello, Ada\..*Who am I\?/);
    const { status, body } = await talk({ message: 'Who am I?', conversation_id }, 'somebody');
    expect([status, body.code]).toEqual([404, 'CONVERSATION_NOT_FOUND']);
  });

  test('another user’s task cannot be looked at, not even by a model that wants to', async () => {
    let told = '';
    await givenClaude(({ results }, body) => {
      told = JSON.stringify(body.messages);
      return results === 0 ? call('get_task', { task_id: 'theirs' }) : { text: 'I cannot see it.' };
    });
    await talk({ message: 'Show me theirs' });
    expect(told).toContain('There is no task theirs');
    expect((await talk({ message: 'x', task_id: 'theirs' })).body.code).toBe('TASK_NOT_FOUND');
  });

  test('the user’s own tasks can be listed, looked at and spoken to', async () => {
    const asks = [
      call('list_tasks', {}),
      call('get_task', { task_id: 'mine' }),
      call('post_message', { task_id: 'mine', content: 'Use blue' }),
      call('cancel_task', { task_id: 'mine' }),
    ];
    let told = '';
    await givenClaude(({ results }, body) => {
      told = JSON.stringify(body.messages);
      return asks[results] ?? { text: 'Done.' };
    });
    const { body } = await talk({ message: 'Cancel it', task_id: 'mine' });
    expect(told).toContain('The user looks at task mine');
    expect(told).toContain('A page');
    expect((await created()).map(({ type, task }) => [type, task])).toEqual([
      ['message.post_requested', 'mine'],
      ['task.cancel_requested', 'mine'],
    ]);
    expect(body.actions).toHaveLength(2);
  });

  test('200: as a stream, the text as it comes, then what was done, then all of it', async () => {
    await givenClaude(maker);
    const { headers, text } = await talk({ message: 'A page, please', stream: true });
    expect(headers['content-type']).toBe('text/event-stream');
    const events = text
      .trim()
      .split('\n\n')
      .map((each: string) => each.match(/^event: (\w+)\ndata: (.*)$/)?.slice(1) as [string, string]);
    expect(events.map(([event]: [string, string]) => event)).toEqual(['action', 'action', 'delta', 'delta', 'done']);
    expect(JSON.parse(events.at(-1)?.[1] ?? '')).toMatchObject({ reply: 'It runs.' });
  });

  test('200: without a model, what is said becomes a task', async () => {
    const { body } = await talk({ message: 'a landing page' });
    expect(body).toMatchObject({ agent: 'template', reply: expect.stringContaining('ANTHROPIC_API_KEY') });
    expect((await created()).map(({ type }) => type)).toEqual(['task.create_requested', 'task.run_requested']);
    const { body: second } = await talk({ message: 'a static page', conversation_id: body.conversation_id });
    expect(second.actions).toHaveLength(2);
    expect((await created()).length).toBe(4);
  });

  test('503: the model does not answer; what was said before is kept', async () => {
    await givenClaude(maker, { fault: () => ({ kind: 'status', status: 401 }) });
    const { status, body, headers } = await talk({ message: 'x' });
    expect([status, body.code, Number(headers['retry-after']) > 0]).toEqual([503, 'AI_UNAVAILABLE', true]);
    // No retry storm: a key that is refused is refused again.
    expect(provider?.requests).toHaveLength(1);
    const { text } = await talk({ message: 'x', stream: true });
    expect(text).toContain('event: error');
  });

  test.each([{}, { message: ' ' }, { message: 7 }, { message: 'x', agent: 'y' }])('400: %j', async (body) => {
    expect((await talk(body)).body.code).toBe('INPUT_INVALID');
  });

  test('a client that hangs up stops the model', async () => {
    let ended = false;
    const onEnd = () => {
      ended = true;
    };
    await givenClaude(maker, { fault: () => ({ kind: 'stall' }), onEnd });
    const server = createApp(withTasks(deps)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const gone = new AbortController();
    const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/agent`, {
      method: 'POST',
      signal: gone.signal,
      headers: { ...(await service.headersFor()), 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'x' }),
    });
    await eventually(() => provider?.requests.length === 1);
    expect(ended).toBe(false);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await eventually(() => ended);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});
