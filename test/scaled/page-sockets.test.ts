// Sockets as the page opens them, with several replicas of everything on the way: requests of one connection may meet any.
import { SOCKET_OPTIONS } from '@builder-ai/client/socket-options';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { io } from 'socket.io-client';
import { API_KEY, type Cluster, startCluster } from '../cluster/cluster.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ replicas: { 'agent-service': 1, 'task-service': 1 } });
}, 120_000);

afterAll(() => cluster?.close(), 60_000);

/** What became of one connection at its first attempt. */
const connectOnce = (options: object): Promise<string> =>
  new Promise((resolve) => {
    const socket = io(cluster.url, {
      ...options,
      forceNew: true,
      reconnection: false,
      extraHeaders: { authorization: `Bearer ${API_KEY}` },
    });
    const end = (outcome: string) => {
      resolve(outcome);
      socket.close();
    };
    socket.once('connect', () => end('connected'));
    socket.once('connect_error', ({ message }) => end(message));
    socket.once('disconnect', (reason) => end(reason));
  });

test('each connects at its first attempt', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => connectOnce(SOCKET_OPTIONS)));
  expect(new Set(outcomes)).toEqual(new Set(['connected']));
}, 60_000);
