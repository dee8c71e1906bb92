// Sockets as the page opens them, with several replicas of everything on the way: requests of one connection may meet any.
import { SOCKET_OPTIONS } from '@builder-ai/client/socket-options';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { io } from 'socket.io-client';
import { API_KEY, type Cluster, startCluster } from '../cluster/cluster.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ replicas: { 'agent-service': 1, 'task-service': 1 } });
}, 120_000);

afterAll(() => cluster?.close(), 60_000);

/** What became of one connection at its first attempt. */
const connectOnce = (headers: Record<string, string>, transports = SOCKET_OPTIONS.transports): Promise<string> =>
  new Promise((resolve) => {
    const socket = io(cluster.url, {
      ...SOCKET_OPTIONS,
      transports,
      forceNew: true,
      reconnection: false,
      extraHeaders: headers,
    });
    const end = (outcome: string) => {
      resolve(outcome);
      socket.close();
    };
    socket.once('connect', () => end('connected'));
    socket.once('connect_error', (error) => end(`refused: ${(error as { description?: unknown }).description}`));
    socket.once('disconnect', (reason) => end(reason));
  });

test('each connects at its first attempt', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => connectOnce({ authorization: `Bearer ${API_KEY}` })),
  );
  expect(new Set(outcomes)).toEqual(new Set(['connected']));
}, 60_000);

test.each([[['polling', 'websocket']], [['polling']]])(
  'so does one that begins by %j, as clients of socket.io do of themselves',
  async (transports) => {
    const headers = { authorization: `Bearer ${API_KEY}` };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => connectOnce(headers, transports)));
    expect(new Set(outcomes)).toEqual(new Set(['connected']));
  },
  60_000,
);

test('one that begins by polling goes over to a WebSocket of the same replica', async () => {
  const socket = io(cluster.url, { path: '/ws', extraHeaders: { authorization: `Bearer ${API_KEY}` } });
  try {
    await eventually(() => socket.io.engine?.transport.name === 'websocket');
    const answer = await socket.timeout(5_000).emitWithAck('subscribe_task', 'nobody-has-this');
    expect(answer).toMatchObject({ ok: false, code: 'TASK_NOT_FOUND' });
  } finally {
    socket.close();
  }
}, 60_000);

test('who is not signed in is told so by its status: a page shows by that how to sign in', async () => {
  expect(await connectOnce({})).toBe('refused: 401');
}, 60_000);
