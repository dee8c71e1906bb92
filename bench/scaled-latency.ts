// Scaled out, on Kafka: from the answer of run-async to `step_started` at a socket, and from an agent's commit to the socket,
// beside the raw hops and commits that lie on that way. Usage: npm run bench -- scaled-latency
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { newKafkaClient } from '@builder-ai/platform/bus/kafka/kafka-bus';
import { silentLogger } from '@builder-ai/platform/logger';
import type { Consumer, Producer } from 'kafkajs';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { startProvider } from '../test/chaos/provider.ts';
import { API_KEY, type Cluster, startCluster } from '../test/cluster/cluster.ts';
import { percentile, show } from './harness.ts';

const ROUNDS = 12;
/** Runs that come first, some at a time: services that have just been started have yet to compile what they do. */
const WARM_UP = { rounds: 10, runs: 10 };
/** The agent waits so long for each answer: events come one by one. */
const THINKING_MS = 150;
const HEADERS = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };

export async function benchScaledLatency(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-bench-'));
  const provider = await startProvider(directory, { steps: 3, callsPerStep: 2, latencyMs: THINKING_MS });
  const cluster = await startCluster({
    direct: true,
    env: { AGENT_MODE: 'claude', ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: provider.url },
  });
  const socket = io(cluster.url, {
    path: '/ws',
    extraHeaders: { authorization: HEADERS.authorization },
    transports: ['websocket'],
  });
  const raw = await openRawWay(cluster);
  try {
    for (let round = 0; round < WARM_UP.rounds; round += 1)
      await Promise.all(Array.from({ length: WARM_UP.runs }, () => measureRun(cluster, socket)));
    const starts: number[] = [];
    const ways: number[] = [];
    const rawWays: number[] = [];
    const rawBeside: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { started, events } = await measureRun(cluster, socket);
      starts.push(started);
      ways.push(...events);
      rawBeside.push(...(await passesUntil(raw.pass, measureRun(cluster, socket))));
      for (let n = 0; n < 8; n += 1) {
        await delay(20);
        rawWays.push(await raw.pass());
      }
    }
    const [ours, other] = [percentile(ways, 50), percentile(rawWays, 50)];
    return [
      `run-async answered → step_started at the socket: p50 ${show(percentile(starts, 50))} ms (${show(Math.min(...starts))}–${show(Math.max(...starts))}), ${ROUNDS} rounds`,
      `agent's commit → socket: p50 ${show(ours)} ms, p99 ${show(percentile(ways, 99))} ms, ${ways.length} events`,
      `two raw Kafka hops and three raw commits: p50 ${show(other)} ms, p99 ${show(percentile(rawWays, 99))} ms`,
      `ratio of the medians: ${show(ours / other)}`,
      `the raw way while a run goes on: p50 ${show(percentile(rawBeside, 50))} ms; ratio: ${show(ours / percentile(rawBeside, 50))}`,
    ].join('\n');
  } finally {
    socket.close();
    await raw.close();
    await cluster.close();
    await provider.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @returns how long each pass took, one after the other, until that is over */
async function passesUntil(pass: () => Promise<number>, over: Promise<unknown>): Promise<number[]> {
  const passes: number[] = [];
  let isOver = false;
  const waiting = over.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    passes.push(await pass());
    await delay(60);
  }
  await waiting;
  return passes;
}

/** One task with plan and workspace, run on from there. */
async function measureRun(cluster: Cluster, socket: Socket): Promise<{ started: number; events: number[] }> {
  const post = async <T>(path: string, body?: unknown) => {
    const response = await fetch(cluster.url + path, {
      method: 'POST',
      headers: HEADERS,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as T;
  };
  const { id } = await post<Task>('/tasks', { type: 'build', goal: 'measure' });
  await post(`/tasks/${id}/run`);
  const { seq } = (await (await fetch(`${cluster.url}/tasks/${id}`, { headers: HEADERS })).json()) as Task;
  const arrivals = new Map<string, number>();
  let startedAt = 0;
  const ended = new Promise<void>((resolve) => {
    const listen = (event: TaskEvent) => {
      if (event.task_id !== id || event.seq <= seq) return;
      if (event.event_type === 'step_started' && startedAt === 0) startedAt = performance.now();
      if (event.event_type === 'tool_called') arrivals.set(`called ${event.data.call_id}`, nowMs());
      if (event.event_type === 'tool_finished') arrivals.set(`finished ${event.data.call_id}`, nowMs());
      if (event.event_type !== 'task_completed') return;
      socket.off('task_event', listen);
      resolve();
    };
    socket.on('task_event', listen);
  });
  await socket.emitWithAck('subscribe_task', id, { after: seq });
  await post(`/tasks/${id}/run-async`);
  const answeredAt = performance.now();
  await ended;
  await socket.emitWithAck('unsubscribe_task', id);
  return { started: startedAt - answeredAt, events: await committedToArrived(cluster, id, arrivals) };
}

/** Since 1970, and finer than `Date.now()`: the database's clock is. */
const nowMs = () => performance.timeOrigin + performance.now();

/** `created_at` is the database's clock when the agent's transaction began, which is this machine's clock. */
async function committedToArrived(cluster: Cluster, id: string, arrivals: Map<string, number>): Promise<number[]> {
  const client = new pg.Client(cluster.databaseUrl('agent-service'));
  await client.connect();
  const { rows } = await client.query<{ event: string; at: number }>(
    'select event, extract(epoch from created_at)::float8 * 1000 as at from outbox where key = $1',
    [id],
  );
  await client.end();
  return rows.flatMap(({ event, at }) => {
    const { type, data } = JSON.parse(event);
    const arrived = arrivals.get(`${String(type).replace('tool.', '')} ${data.call_id}`);
    return arrived === undefined ? [] : [arrived - at];
  });
}

/** Commit, Kafka, commit, Kafka, commit: nothing but the parts, one after the other. */
async function openRawWay(cluster: Cluster) {
  const settings = {
    KAFKA_BROKERS: cluster.kafka.broker,
    KAFKA_SSL: false,
    KAFKA_GROUP_PREFIX: 'bench.',
    KAFKA_SESSION_TIMEOUT_MS: 6_000,
  };
  const kafka = newKafkaClient({ settings, clientId: 'bench', logger: silentLogger });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: ['bench.one', 'bench.two'].map((topic) => ({ topic, numPartitions: 1 })) });
  await admin.disconnect();
  const client = new pg.Client(cluster.databaseUrl('gateway'));
  await client.connect();
  await client.query('create table if not exists bench_raw (n int)');
  const producer: Producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const commit = () => client.query('insert into bench_raw values (1)');
  const send = (topic: string) => producer.send({ topic, acks: -1, messages: [{ key: 'a', value: 'x'.repeat(500) }] });
  let arrived = () => {};
  const consumers: Consumer[] = [];
  const listen = async (topic: string, take: () => Promise<unknown>) => {
    const consumer = kafka.consumer({ groupId: `bench.${topic}`, maxWaitTimeInMs: 500 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async () => void (await take()) });
    consumers.push(consumer);
  };
  await listen('bench.one', async () => {
    await commit();
    await send('bench.two');
  });
  await listen('bench.two', async () => {
    await commit();
    arrived();
  });
  return {
    async pass(): Promise<number> {
      const passed = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const start = performance.now();
      await commit();
      await send('bench.one');
      await passed;
      return performance.now() - start;
    },
    async close() {
      for (const consumer of consumers) await consumer.disconnect();
      await producer.disconnect();
      await client.query('drop table bench_raw');
      await client.end();
    },
  };
}
