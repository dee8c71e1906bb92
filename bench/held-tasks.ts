// How long a list and a task take to read with 10,000 tasks held beside 10: two task-services side by side on one real
// PostgreSQL server, called in turn, p95 of a round of requests; without a cache and with the one of the process.
// The owner of the 10,000 has a first page of 50 where the other has 10 tasks in all, so the page is also compared at
// ten tasks on both sides (`limit=10`, which is never cached), and by an owner who has ten of the 10,010.
// Usage: npm run bench -- held-tasks
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { compareCalls, report, roundsOf } from './harness.ts';
import { FEW, fillWithTasks, MANY } from './held-tasks-fill.ts';
import { openTaskStack, type TaskStack } from './task-stack.ts';

const ROUNDS = roundsOf(9);
const REQUESTS = 300;

type Side = { stack: TaskStack; owner: string };
type Reading = { name: string; of?: string; path: (id: string) => string };

const READINGS: Reading[] = [
  { name: 'GET /tasks?limit=10', path: () => '/tasks?limit=10' },
  { name: 'GET /tasks, a page of 50 beside one of 10', path: () => '/tasks' },
  { name: 'GET /tasks of an owner of ten', of: FEW, path: () => '/tasks' },
  { name: 'GET /tasks/:id', path: (id) => `/tasks/${id}` },
];

export async function benchHeldTasks(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const server = await openEmbeddedPostgres({ directory: join(root, 'server') });
  const opened: TaskStack[] = [];
  const open = async (database: string, cached: boolean) => {
    await server.ensureDatabase(database);
    const stack = await openTaskStack(server.url(database), cached);
    opened.push(stack);
    return stack;
  };
  try {
    await fillWithTasks(await open('many', false), { [MANY]: 10_000, [FEW]: 10 });
    await fillWithTasks(await open('few', false), { [MANY]: 10 });
    const parts: string[] = [];
    for (const cached of [false, true]) {
      const many = await open('many', cached);
      const few = await open('few', cached);
      for (const { name, of = MANY, path } of READINGS) {
        const result = await compareCalls(
          { name: '10,000 tasks held', call: await reader({ stack: many, owner: of }, path) },
          { name: '10 tasks held', call: await reader({ stack: few, owner: MANY }, path) },
          ROUNDS,
          REQUESTS,
        );
        parts.push(`${name}, ${cached ? 'with the cache' : 'without a cache'}\n${report(result)}`);
      }
    }
    return parts.join('\n\n');
  } finally {
    for (const stack of opened) await stack.close();
    await server.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Reads in turn what an owner has; the ids are spread over all of theirs. */
async function reader({ stack, owner }: Side, path: Reading['path']): Promise<(nth: number) => Promise<void>> {
  const rows = await stack.deps.db.query<{ id: string }>(
    'select id from tasks where owner_id = $1 order by md5(id) limit $2',
    [owner, REQUESTS],
  );
  return async (nth) => {
    const headers = await stack.headersFor(owner);
    const response = await fetch(stack.url + path(rows[nth % rows.length]?.id as string), { headers });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${path(':id')} answered ${response.status}`);
  };
}
