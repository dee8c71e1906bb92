// Thousands of users in a process of its own: each makes a task and watches it by a socket, and then asks for something each
// ten seconds. One request in ten changes the task, which all of its sockets are told of.
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { answerCalls, nowMs } from '../sockets/child-calls.ts';
import { openSocketClient, type SocketClient } from '../sockets/socket-client.ts';

/** Times in ms: of requests, from when each was due to its whole answer; of entries, from their own time to the socket. */
export type Load = { times: number[]; faults: string[]; arrivals: number[]; changes: number; open: number };

type User = { headers: Record<string, string>; path: string; socket: SocketClient };

/** A user's own connection to the gateway would be kept by a browser; as many as are needed at a time are enough here. */
const CONNECTIONS = 500;
/** Who comes at a time. */
const WIDTH = 30;
const EACH_MS = 10_000;
/** How long an entry may take before it counts as lost. */
const ARRIVAL_LIMIT_MS = 20_000;
const CHANGE = 9;
const READINGS = [
  '/tasks?limit=20',
  '',
  '/logs',
  '/tasks?limit=20',
  '',
  '/events?after=0',
  '/tasks?limit=20',
  '',
  '/logs',
];

export const keyOf = (user: number): string => `bai_load-user-${String(user).padStart(40, '0')}`;

const users: User[] = [];
let url = '';
let load: Load = { times: [], faults: [], arrivals: [], changes: 0, open: 0 };
let dispatcher: Agent;

async function call(headers: Record<string, string>, method: 'GET' | 'POST' | 'PATCH', path: string, body?: object) {
  const answer = await request(url + path, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    dispatcher,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return JSON.parse(text) as { id: string };
}

async function come(nth: number): Promise<void> {
  const headers = { authorization: `Bearer ${keyOf(nth)}` };
  const { id } = await call(headers, 'POST', '/tasks', { type: 'build', goal: `build landing page ${nth}` });
  const socket = await openSocketClient({
    url,
    path: '/ws',
    headers,
    onMessage(name, data) {
      if (name !== 'task_event') return;
      const event = data as { event_type: string; timestamp: string };
      if (event.event_type === 'budget_changed') load.arrivals.push(nowMs() - Date.parse(event.timestamp));
    },
  });
  const answer = await socket.ask('subscribe_task', id, { after: 0 });
  if (!(answer as { ok: boolean }).ok) throw new Error(JSON.stringify(answer));
  users[nth] = { headers, path: `/tasks/${id}`, socket };
}

async function askOnce({ headers, path }: User, turn: number, due: number): Promise<void> {
  try {
    const kind = turn % (READINGS.length + 1);
    if (kind === CHANGE) {
      load.changes += 1;
      await call(headers, 'PATCH', path, { budget: { cap_micro_usd: 1_000_000 + turn } });
    } else {
      const reading = READINGS[kind] as string;
      await call(headers, 'GET', reading.startsWith('/tasks') ? reading : path + reading);
    }
    load.times.push(nowMs() - due);
  } catch (error) {
    load.faults.push(String(error));
  }
}

answerCalls({
  async connect(wish: { url: string; count: number }) {
    url = wish.url;
    dispatcher ??= new Agent({ connections: CONNECTIONS, pipelining: 1 });
    const start = nowMs();
    const faults: string[] = [];
    const left = Array.from({ length: wish.count }, (_, nth) => users.length + nth)[Symbol.iterator]();
    const worker = async () => {
      for (const nth of left) await come(nth).catch((error: unknown) => faults.push(String(error)));
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
    return { ms: nowMs() - start, faults };
  },
  /** Each user at a moment of its own, and each ten seconds from there on, whether it was answered meanwhile or not. */
  async ask({ seconds }: { seconds: number }): Promise<Load> {
    load = { times: [], faults: [], arrivals: [], changes: 0, open: 0 };
    const begin = nowMs() + 1_000;
    const total = Math.floor((users.length * seconds * 1_000) / EACH_MS);
    const sent: Promise<void>[] = [];
    for (let n = 0; n < total; n += 1) {
      const due = begin + (n * EACH_MS) / users.length;
      const early = due - nowMs();
      if (early > 1) await delay(early);
      const nth = n % users.length;
      sent.push(askOnce(users[nth] as User, Math.floor(n / users.length) + nth, due));
    }
    await Promise.all(sent);
    const deadline = nowMs() + ARRIVAL_LIMIT_MS;
    while (load.arrivals.length < load.changes && nowMs() < deadline) await delay(50);
    load.open = users.filter(({ socket }) => socket.isOpen()).length;
    return load;
  },
});
