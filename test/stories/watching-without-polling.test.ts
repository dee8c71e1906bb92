// Two watch the same run of six steps to its end: one asks each second, the other has the page's live connection. Both know the
// same in the end; the second one has made a tenth of the requests, or fewer.
import { LiveConnection, type LiveSocket } from '@builder-ai/client/live-connection';
import type { Task, TaskEvent } from '@builder-ai/client/names';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { stepScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { io } from 'socket.io-client';
import { newClient } from './client.ts';
import { openCountingDoor } from './counting-door.ts';
import { API_KEY, newHome, type Product, startProduct } from './product.ts';

const STEPS = 6;
/** How long an answer takes: thirteen of them make the run. */
const ANSWER_MS = 2_000;
const POLL_MS = 1_000;

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let provider: ScriptedProvider;

beforeAll(async () => {
  const call = (step: number) => ({ name: 'write_file', input: { path: `${step}.txt`, content: 'x' } });
  const script = stepScript({ steps: STEPS, callsPerStep: 1, call });
  provider = await startScriptedProvider({ script, latencyMs: () => ANSWER_MS });
  home = await newHome();
  const env = { AGENT_MODE: 'claude', ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: provider.url, OLLAMA: 'off' };
  product = await startProduct(home.home, env);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
  await provider?.close();
});

type Known = { status: string | undefined; seqs: number[] };

async function poll(url: string, id: string): Promise<Known> {
  const client = newClient(url);
  const seqs: number[] = [];
  for (;;) {
    const { status, seq } = await client.getTask(id);
    const answer = await client.call('GET', `/tasks/${id}/events?after=${seqs.at(-1) ?? 0}`);
    seqs.push(...((await answer.json()) as TaskEvent[]).map(({ seq }) => seq));
    // Its last entries may be on their way to the feed.
    if (status === 'completed' && seqs.at(-1) === seq) return { status, seqs };
    if (status === 'failed' || status === 'waiting') throw new Error(`The task is ${status}.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function watch(url: string, id: string): Promise<Known> {
  const client = newClient(url);
  const read = async <T>(path: string) => (await (await client.call('GET', path)).json()) as T;
  const socket: LiveSocket = io(url, {
    path: '/ws',
    transports: ['websocket'],
    extraHeaders: { authorization: `Bearer ${API_KEY}` },
  });
  const live = new LiveConnection({
    socket,
    onSignedOut() {},
    api: {
      readTask: () => read<Task>(`/tasks/${id}`),
      readEvents: (_id, after, limit) => read<TaskEvent[]>(`/tasks/${id}/events?after=${after}&limit=${limit}`),
    },
  });
  const end = live.watchTask(id, () => {});
  try {
    return await eventually(() => {
      const { task, events } = live.taskSnapshot(id) ?? { task: null, events: [] };
      const isWhole = task?.status === 'completed' && events.at(-1)?.seq === task.seq;
      return isWhole && { status: task.status, seqs: events.map(({ seq }) => seq) };
    }, 120_000);
  } finally {
    end();
    live.close();
  }
}

test('whoever watches by the live connection makes nine tenths fewer requests than whoever asks each second', async () => {
  const client = newClient(product.url);
  const [polled, live] = [await openCountingDoor(product.url), await openCountingDoor(product.url)];
  try {
    const { id } = await client.createTask('six files');
    await client.runAsync(id);
    const [byPolling, byWatching] = await Promise.all([poll(polled.url, id), watch(live.url, id)]);
    expect(byWatching.status).toBe('completed');
    expect(byWatching.seqs).toEqual(byPolling.seqs);
    expect(byPolling.seqs.length).toBeGreaterThan(STEPS * 3);
    expect(live.requests()).toBeLessThanOrEqual(polled.requests() / 10);
  } finally {
    await polled.close();
    await live.close();
  }
}, 180_000);
