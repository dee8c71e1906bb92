// From a step's commit to a subscriber's socket, beside the durable commits that lie on the way.
// Usage: npm run bench -- event-latency
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import pg from 'pg';
import { io } from 'socket.io-client';
import { compare, percentile, report } from './harness.ts';
import { HEADERS, startProduct } from './running-product.ts';

const ROUNDS = 15;
/** agent-service, its bus row, task-service, its bus row, notification-service. */
const COMMITS_ON_THE_WAY = 5;

export async function benchEventLatency(): Promise<string> {
  const product = await startProduct();
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-raw-'));
  const server = await openEmbeddedPostgres({ directory: join(root, 'server') });
  const client = new pg.Client(server.url('postgres'));
  const socket = io(product.url, {
    path: '/ws',
    extraHeaders: { authorization: HEADERS.authorization },
    transports: ['websocket'],
  });
  try {
    await client.connect();
    await client.query('create table x (n int)');
    const latency = async () => {
      const post = async (path: string, body?: unknown) => {
        const init = { method: 'POST', headers: HEADERS, ...(body ? { body: JSON.stringify(body) } : {}) };
        return (await (await fetch(product.url + path, init)).json()) as { id: string };
      };
      const { id } = await post('/tasks', { type: 'build', goal: 'say hello world' });
      const samples: number[] = [];
      const ended = new Promise<void>((resolve) => {
        const listen = (event: TaskEvent) => {
          if (event.task_id !== id) return;
          // The timeline's time is task-service's commit; `id` is a UUIDv7 and carries the same clock.
          samples.push(Date.now() - Date.parse(event.timestamp));
          if (event.event_type !== 'task_completed') return;
          socket.off('task_event', listen);
          resolve();
        };
        socket.on('task_event', listen);
      });
      await socket.emitWithAck('subscribe_task', id, { after: 1 });
      await post(`/tasks/${id}/run-async`);
      await ended;
      return percentile(samples, 50) || 0.5;
    };
    const commits = async () => {
      const start = performance.now();
      for (let commit = 0; commit < COMMITS_ON_THE_WAY; commit += 1) await client.query('insert into x values (1)');
      return performance.now() - start;
    };
    const result = await compare(
      { name: 'timeline entry → socket (p50 of a run)', unit: 'ms', round: latency },
      { name: `${COMMITS_ON_THE_WAY} raw durable commits, one after the other`, unit: 'ms', round: commits },
      ROUNDS,
    );
    return report(result);
  } finally {
    socket.close();
    await client.end();
    await server.close();
    await rm(root, { recursive: true, force: true });
    await product.close();
  }
}
