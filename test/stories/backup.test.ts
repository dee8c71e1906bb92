// `npm run backup` and `npm run restore`, as an operator runs them: after a crash under load, into a home of its own.

import { createHash } from 'node:crypto';
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Task } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { runProgram } from '@builder-ai/testing/run-program';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collect, newClient, oneTo } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

const LOCAL = fileURLToPath(new URL('../../infra/local/src', import.meta.url));
const GOAL = 'build a landing page with a contact form';
const PATIENCE_MS = 180_000;

type Home = Awaited<ReturnType<typeof newHome>>;

let home: Home;
let other: Home;
let product: Product | undefined;
let finished: Task;
let running: Task[];

const backup = () => join(home.home, 'backup of today');

beforeAll(async () => {
  home = await newHome();
  other = await newHome();
  product = await startProduct(home.home);
  const client = newClient(product.url);
  finished = await client.runAll((await client.createTask('a static page about tea')).id);
  running = await Promise.all(Array.from({ length: 5 }, () => client.createTask(GOAL)));
  const socket = client.connect();
  const seen = running.map(({ id }) => collect(socket, id, 0));
  for (const { id } of running) await client.runAsync(id);
  await eventually(() => seen.some((events) => events.some(({ event_type }) => event_type === 'tool_called')), 60_000);
  socket.close();
}, PATIENCE_MS);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
  await other?.remove();
});

const run = (program: string, homeOf: Home, ...args: string[]) =>
  runProgram(join(LOCAL, program), args, { ...process.env, NODE_OPTIONS: '', BUILDER_HOME: homeOf.home });

const backUp = () => run('backup/main-backup.ts', home, backup());
const restore = (from: string, into: Home) => run('backup/main-restore.ts', into, from);

/** A copy of the backup whose manifest says something else, with checksums that fit. */
async function withManifest(change: (manifest: string) => string): Promise<string> {
  const copy = `${backup()}, changed`;
  await cp(backup(), copy, { recursive: true });
  const manifest = change(await readFile(join(copy, 'manifest.json'), 'utf8'));
  await writeFile(join(copy, 'manifest.json'), manifest);
  const sums = await readFile(join(copy, 'SHA256SUMS'), 'utf8');
  const sum = createHash('sha256').update(manifest).digest('hex');
  await writeFile(join(copy, 'SHA256SUMS'), sums.replace(/^[0-9a-f]{64}(?= {2}manifest)/m, sum));
  return copy;
}

test('a Builder AI that runs is not backed up', async () => {
  const { code, said } = await backUp();
  expect(said).toMatch(/already running.*stop it first/s);
  expect(code).toBe(1);
});

test(
  'killed under load, backed up and restored elsewhere: all is there, and its runs go on',
  async () => {
    await product?.kill();
    product = undefined;
    expect(await backUp()).toMatchObject({ code: 0 });
    expect(await restore(backup(), other)).toEqual({ code: 0, said: expect.stringContaining('Restored as it was') });

    product = await startProduct(other.home);
    const client = newClient(product.url);
    expect(await client.getTask(finished.id)).toEqual(finished);
    expect(Object.keys(await client.walk(finished.id))).not.toEqual([]);
    for (const { id } of running) {
      const task = await client.ended(id);
      expect(task.status).toBe('completed');
      const events = await eventually(async () => {
        const feed = await client.events(id);
        return feed.length >= task.seq && feed;
      });
      expect(events.map(({ seq }) => seq)).toEqual(oneTo(task.seq));
    }
    expect(await run('doctor.ts', other)).toMatchObject({ code: 0 });
  },
  PATIENCE_MS,
);

test(
  'a restore writes over nothing',
  async () => {
    const { code, said } = await restore(backup(), home);
    expect(said).toContain('is not empty: a restore writes over nothing');
    expect(code).toBe(1);
  },
  PATIENCE_MS,
);

test(
  'a damaged backup, one that was not finished, and one of a newer version are refused',
  async () => {
    const empty = await newHome();
    const refusal = async (from: string) => {
      const { code, said } = await restore(from, empty);
      expect(code).toBe(1);
      await rm(from, { recursive: true, force: true });
      return said;
    };
    try {
      const copy = `${backup()}, damaged`;
      await cp(backup(), copy, { recursive: true });
      await appendFile(join(copy, 'task-service', 'tasks.copy.gz'), 'x');
      expect(await refusal(copy)).toContain('damaged: task-service/tasks.copy.gz is not what SHA256SUMS says');
      await cp(backup(), copy, { recursive: true });
      await rm(join(copy, 'workspaces.tar.gz'));
      expect(await refusal(copy)).toContain('damaged: workspaces.tar.gz is missing');
      await cp(backup(), copy, { recursive: true });
      await rm(join(copy, 'SHA256SUMS'));
      expect(await refusal(copy)).toContain('is no backup, or one that was not finished');
      const newer = await withManifest((manifest) => manifest.replace('20261123020000_task_base', '20991123_unknown'));
      expect(await refusal(newer)).toContain('task-service has the migration 20991123_unknown');
      const format = await withManifest((manifest) => manifest.replace('"format": 1', '"format": 2'));
      expect(await refusal(format)).toContain('in format 2; this version reads format 1');
    } finally {
      await empty.remove();
    }
  },
  PATIENCE_MS,
);
