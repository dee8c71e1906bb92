// Thousands of clients in a process of its own: they connect, watch a task or a room each, and remember what came when.
import type { JWK } from 'jose';
import { importJWK } from 'jose';
import { newIdentityIssuer } from '../../shared/platform/src/identity.ts';
import type { SigningKey } from '../../shared/platform/src/signing-key.ts';
import { answerCalls, nowMs } from './child-calls.ts';
import { openSocketClient, type SocketClient } from './socket-client.ts';

export type ConnectWish = {
  url: string;
  path: string;
  from: number;
  count: number;
  /** Connections that are being made at a time. */
  width: number;
  /** How many clients watch the same task; the first one's is task 0. */
  perTask: number;
  subscribe: 'subscribe_task' | 'join';
  /** What the names of its tasks begin with. */
  prefix: string;
  /** Signs for a user each; left out: nobody asks who it is. */
  key?: { kid: string; privateJwk: JWK };
  localAddress?: string;
};

export type Arrival = { seq: number; latencyMs: number; at: number };
export type Sequence = { missing: number; doubled: number; disordered: number };

type Watcher = { task: string; client: SocketClient | undefined; last: number; reached: number; seqs: number[] };

const watchers: Watcher[] = [];
let wish: ConnectWish;
let headersFor: (user: number) => Promise<Record<string, string>>;
let arrivals: Arrival[] = [];
let keepsSeqs = false;

async function open(nth: number): Promise<void> {
  const watcher = watchers[nth] as Watcher;
  watcher.client = await openSocketClient({
    url: wish.url,
    path: wish.path,
    headers: await headersFor(nth + wish.from),
    ...(wish.localAddress && { localAddress: wish.localAddress }),
    onMessage(name, data) {
      if (name !== 'task_event') return;
      const { seq, data: about } = data as { seq: number; data: { sent: number } };
      const at = nowMs();
      if (arrivals.length < 1_000_000) arrivals.push({ seq, latencyMs: at - about.sent, at });
      if (keepsSeqs) watcher.seqs.push(seq);
      watcher.last = Math.max(watcher.last, seq);
    },
  });
  const answer = await watcher.client.ask(wish.subscribe, watcher.task, { after: watcher.last });
  if (!(answer as { ok: boolean }).ok) throw new Error(JSON.stringify(answer));
}

async function inTurn(all: number[], width: number, work: (nth: number) => Promise<void>): Promise<string[]> {
  const faults: string[] = [];
  const left = all[Symbol.iterator]();
  const worker = async () => {
    for (const nth of left) await work(nth).catch((error: unknown) => faults.push(String(error)));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return faults;
}

const all = () => watchers.map((_, nth) => nth);

async function untilAllAt(seq: number, limitMs: number): Promise<number> {
  const deadline = nowMs() + limitMs;
  while (nowMs() < deadline) {
    if (watchers.every(({ last }) => last >= seq)) return watchers.length;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return watchers.filter(({ last }) => last >= seq).length;
}

answerCalls({
  async connect(next: ConnectWish) {
    wish = next;
    const key = next.key && {
      kid: next.key.kid,
      privateKey: (await importJWK(next.key.privateJwk, 'EdDSA')) as SigningKey['privateKey'],
      jwks: { keys: [] },
    };
    const issuer = key && newIdentityIssuer('gateway', key);
    headersFor = async (user) =>
      issuer?.headerFor('notification-service', {
        userId: `user-${user}`,
        kind: 'user',
        scopes: ['read', 'run'],
        projects: { bench: 'viewer' },
      }) ?? {};
    const first = watchers.length;
    for (let nth = first; nth < first + next.count; nth += 1) {
      const task = `${next.prefix}-${Math.floor((nth + next.from) / next.perTask)}`;
      watchers.push({ task, client: undefined, last: 0, reached: 0, seqs: [] });
    }
    const start = nowMs();
    const faults = await inTurn(all().slice(first), next.width, open);
    return { ms: nowMs() - start, faults: faults.length, fault: faults[0] };
  },
  /** Cuts some, who come back after a moment with the last entry that they have. */
  async cutSome({ share, backAfterMs }: { share: number; backAfterMs: number }) {
    const some = all().filter(() => Math.random() < share);
    for (const nth of some) watchers[nth]?.client?.cut();
    await new Promise((resolve) => setTimeout(resolve, backAfterMs));
    const faults = await inTurn(some, wish.width, open);
    return { cut: some.length, faults: faults.length };
  },
  cutAll() {
    for (const { client } of watchers) client?.cut();
  },
  /** Everybody at once; done when all have entry `seq`. */
  async comeBack({ seq }: { seq: number }) {
    const start = nowMs();
    const faults = await inTurn(all(), wish.width, open);
    const reached = await untilAllAt(seq, 60_000);
    return { ms: nowMs() - start, faults: faults.length, reached };
  },
  untilAllAt: ({ seq, limitMs }: { seq: number; limitMs: number }) => untilAllAt(seq, limitMs),
  stall: ({ nth }: { nth: number }) => watchers[nth]?.client?.stall(),
  resume: ({ nth }: { nth: number }) => watchers[nth]?.client?.resume(),
  keepSeqs() {
    keepsSeqs = true;
    for (const watcher of watchers) watcher.seqs = [];
  },
  /** What each client was sent, beside 1…last. */
  checkSeqs({ last }: { last: number }): Sequence {
    const sum: Sequence = { missing: 0, doubled: 0, disordered: 0 };
    for (const { seqs } of watchers) {
      const distinct = new Set(seqs);
      sum.missing += last - distinct.size;
      sum.doubled += seqs.length - distinct.size;
      sum.disordered += seqs.filter((seq, index) => index > 0 && seq < (seqs[index - 1] as number)).length;
    }
    return sum;
  },
  /** Latencies since the last time; of entry `seq` alone where it is given. */
  takeArrivals({ seq }: { seq?: number }) {
    const taken = seq === undefined ? arrivals : arrivals.filter((arrival) => arrival.seq === seq);
    arrivals = [];
    return taken.map(({ latencyMs }) => latencyMs);
  },
  open: () => watchers.filter(({ client }) => client?.isOpen()).length,
});
