// Scaled out, on Kafka: from the first piece of an answer at the provider's socket to the piece at the socket of whoever
// watches. Usage: npm run bench -- first-token
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task, TaskDelta } from '@builder-ai/contracts/task';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { io } from 'socket.io-client';
import { API_KEY, startCluster } from '../test/cluster/cluster.ts';
import { percentile, show } from './harness.ts';

const STEPS = 45;
const WORDS = 'Now I write the next part of it.';
const HEADERS = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };

export async function benchFirstToken(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-bench-'));
  const left: number[] = [];
  const provider = await startScriptedProvider({
    script: ({ purpose, results }) => {
      if (purpose === 'plan') return { text: '1. All of it' };
      if (results === STEPS) return { toolUses: [{ name: 'finish_step', input: { result: 'Done.' } }] };
      return { text: WORDS, toolUses: [{ name: 'read_file', input: { path: `none-${results}.txt` } }] };
    },
    // The answer goes on for as long after its first words: nothing else is under way then.
    partMs: ({ purpose }) => (purpose === 'build' ? 25 : 0),
    onPart({ purpose, results }, part) {
      if (purpose === 'build' && left.length === results && part.includes('text_delta')) left.push(Date.now());
    },
  });
  const cluster = await startCluster({
    direct: true,
    env: { AGENT_MODE: 'claude', ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: provider.url },
  });
  const socket = io(cluster.url, { path: '/ws', extraHeaders: HEADERS, transports: ['websocket'] });
  try {
    const post = async (path: string, body?: object) =>
      (
        await fetch(cluster.url + path, {
          method: 'POST',
          headers: HEADERS,
          ...(body && { body: JSON.stringify(body) }),
        })
      ).json();
    const { id } = (await post('/tasks', { type: 'build', goal: 'measure' })) as Task;
    const ended = new Promise<void>((resolve) => {
      socket.on('task_event', ({ event_type }) => event_type === 'task_completed' && resolve());
    });
    const arrived = new Map<string, number>();
    socket.on('task_delta', ({ event_type, data }: TaskDelta) => {
      if (event_type === 'message_delta' && data.step !== null && !arrived.has(data.message_id))
        arrived.set(data.message_id, Date.now());
    });
    await socket.emitWithAck('subscribe_task', id, { after: 0 });
    await post(`/tasks/${id}/run-async`);
    await ended;
    const times = [...arrived.values()].map((at, index) => at - (left[index] as number));
    return `first token at the provider → at the socket: p50 ${show(percentile(times, 50))} ms, p99 ${show(percentile(times, 99))} ms, ${times.length} of ${left.length} answers`;
  } finally {
    socket.close();
    await cluster.close();
    await provider.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
