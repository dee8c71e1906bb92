// What the benches of sockets stand on: a real PostgreSQL, the gateway's keys, a task-service that knows every task, the service
// that is measured and a bare socket.io server, each in a process of its own, and processes full of clients.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { JWKS_PATH } from '../../shared/platform/src/signing-key.ts';
import { type Child, startChild } from './child-calls.ts';
import type { ConnectWish } from './load-process.ts';

export type Side = {
  name: string;
  /** What the names of its tasks begin with: no two sides share one. */
  prefix: string;
  server: Child;
  /** At every replica, as if each had been told. Of ours one consumes, and the others learn it from the feed or by Redis. */
  publish(data: { tasks: string[]; seq: number; bytes?: number }): Promise<void>;
  url: string;
  loads: Child[];
  /** Connects so many more clients, from all its load processes at once. @returns how long it took and what went wrong */
  connect(count: number, perTask: number): Promise<{ ms: number; faults: number; fault: string | undefined }>;
  close(): Promise<void>;
};

export type Stage = {
  ours(options?: SideOptions): Promise<Side>;
  bare(options?: SideOptions): Promise<Side>;
  close(): Promise<void>;
};

export type SideOptions = {
  loads?: number;
  width?: number;
  env?: Record<string, string>;
  /** Servers of this side; each load process has one of them. */
  replicas?: number;
};

const PATH = '/ws';

export async function openStage(): Promise<Stage> {
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const postgres = await openEmbeddedPostgres({ directory: join(root, 'server') });
  await postgres.ensureDatabase('feed');
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'gateway', alg: 'EdDSA', use: 'sig' }] };
  const key = { kid: 'gateway', privateJwk: await exportJWK(privateKey) };
  const others = createServer((request, response) => {
    const path = request.url ?? '';
    const id = path.match(/\/tasks\/([^/]+)/)?.[1];
    const body = path === JWKS_PATH ? jwks : { id, owner_id: 'bench', title: 'Bench', status: 'in_progress', plan: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  others.listen(0, '127.0.0.1');
  await once(others, 'listening');
  const othersUrl = `http://127.0.0.1:${(others.address() as AddressInfo).port}`;
  const env = {
    PORT: '0',
    DATABASE_URL: postgres.url('feed'),
    LOG_LEVEL: 'error',
    GATEWAY_URL: othersUrl,
    TASK_SERVICE_URL: othersUrl,
    AGENT_SERVICE_URL: othersUrl,
    NOTIFICATION_SERVICE_URL: othersUrl,
  };
  const opened: Side[] = [];
  const keep = async (side: Promise<Side>) => {
    const one = await side;
    opened.push(one);
    return one;
  };
  return {
    ours: (options = {}) =>
      keep(openSide('notification-service', './our-server.ts', { ...options, env: { ...env, ...options.env }, key })),
    bare: (options = {}) => keep(openSide('bare socket.io', './bare-server.ts', options)),
    async close() {
      for (const side of opened) await side.close();
      others.close();
      others.closeAllConnections();
      await postgres.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Key = { kid: string; privateJwk: JWK };

async function openSide(name: string, file: string, options: SideOptions & { key?: Key }): Promise<Side> {
  const { loads: loadCount = 2, width = 50, replicas = 1, env, key } = options;
  const servers = Array.from({ length: replicas }, () => startChild(new URL(file, import.meta.url)));
  // One after the other: the first one makes the tables.
  const urls: string[] = [];
  for (const each of servers) urls.push(await each.call<string>('start', env));
  const [server] = servers as [Child];
  const [url] = urls as [string];
  const loads = Array.from({ length: loadCount }, () => startChild(new URL('./load-process.ts', import.meta.url)));
  const prefix = `task-${server.pid}`;
  let connected = 0;
  return {
    name,
    prefix,
    server,
    url,
    loads,
    async connect(count, perTask) {
      const share = Math.ceil(count / loadCount);
      const results = await Promise.all(
        loads.map((load, index) => {
          const wish: ConnectWish = {
            url: urls[index % urls.length] as string,
            path: PATH,
            from: connected + index * share,
            count: Math.min(share, count - index * share),
            width,
            perTask,
            prefix,
            subscribe: key ? 'subscribe_task' : 'join',
            ...(key && { key }),
            localAddress: `127.0.0.${2 + index}`,
          };
          return load.call<{ ms: number; faults: number; fault?: string }>('connect', wish);
        }),
      );
      connected += count;
      return {
        ms: Math.max(...results.map(({ ms }) => ms)),
        faults: results.reduce((sum, { faults }) => sum + faults, 0),
        fault: results.find(({ fault }) => fault)?.fault,
      };
    },
    async close() {
      for (const load of loads) await load.close();
      for (const each of servers) await each.close();
    },
    async publish(data) {
      for (const each of key ? [server] : servers) await each.call('publish', data);
    },
  };
}

/** Asks every load process, and puts their lists together. */
export async function fromAll<T>({ loads }: Side, name: string, data: unknown = {}): Promise<T[]> {
  return (await Promise.all(loads.map((load) => load.call<T[]>(name, data)))).flat();
}
