// A repository that cannot be written or read (a full disk, a damaged one) interrupts a run: what was done stays recorded,
// nothing is begun that could not be kept, and whoever looks is told what it was. One that takes its time is waited for.
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { ModelAnswer } from '../src/models/model.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import {
  claim,
  expireLease,
  type GivenService,
  givenReadyRun,
  givenService,
  undisturbed,
  untilKept,
} from './given-service.ts';
import { newTool, use } from './given-tool.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());
const WRITE = use('write_file', { path: 'a.txt', content: 'a' });
const FINISH = use('finish_step', { result: 'Done.' });

/** Drives the run with a builder that makes one call after the other. */
async function drive(task: string, calls: ModelAnswer['content'], more: Partial<Deps> = {}, before = async () => {}) {
  const left = [...calls];
  const model = {
    agent: 'openai',
    name: 'test',
    reserve: () => 0,
    async answer({ purpose, signal }: { purpose: string; signal: AbortSignal }): Promise<ModelAnswer> {
      const usage = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };
      if (purpose === 'plan') return { content: [{ type: 'text', text: '1. Do it.' }], usage };
      await untilKept(service.deps, task)({ signal });
      if (left.length === 1) await before();
      return { content: left.splice(0, 1), usage };
    },
  };
  const deps = { ...service.deps, ...more, cast: () => ({ planner: model, builder: model }) } as unknown as Deps;
  await executeRun(deps, await claim(service.deps), silentLogger, undisturbed());
}

/** @returns what makes it usable again */
async function breakRepository(task: string): Promise<() => Promise<void>> {
  const objects = join(repositoryOf(service.deps.workspaceRoot, task), 'objects');
  await rename(objects, `${objects}.away`);
  await writeFile(objects, '');
  return async () => {
    await rename(objects, `${objects}.file`);
    await rename(`${objects}.away`, objects);
  };
}

const kindsOf = async (task: string) => (await readLedger(service.deps.db, task)).map(({ kind }) => kind);

test('a step whose commit cannot be written says so, and its last answer is recorded all the same', async () => {
  const { db } = service.deps;
  await givenReadyRun(service.deps, 'commit');
  const broken = Promise.withResolvers<void>();
  const isLocked = Promise.withResolvers<void>();
  const interrupted = drive('commit', [WRITE, FINISH], {}, async () => {
    await breakRepository('commit');
    broken.resolve();
    await isLocked.promise;
  });
  await broken.promise;
  // The answer is recorded when nobody else has the run any more: by then the commit has failed.
  await db.transaction(async (tx) => {
    await tx.query('select 1 from runs where task_id = $1 for no key update', ['commit']);
    isLocked.resolve();
    await eventually(async () => (await db.query('select 1 from pg_locks where not granted')).length > 0);
  });
  await expect(interrupted).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect((await kindsOf('commit')).slice(-2)).toEqual(['tool.intended', 'tool.finished']);
});

const dies = async () => {
  throw new Error('The worker dies.');
};

test('a call outside is not begun before the workspace is there, in which its end is kept', async () => {
  await givenReadyRun(service.deps, 'outside');
  let made = 0;
  const send = newTool('send', { outside: true }, async () => {
    made += 1;
    return { ok: true, output: 'sent' };
  });
  const mcp = { ...service.deps.mcp, tools: () => [send] };
  await expect(drive('outside', [WRITE, FINISH], { mcp }, dies)).rejects.toThrow('The worker dies.');
  const mend = await breakRepository('outside');
  await expireLease(service.deps, 'outside');
  await expect(drive('outside', [use('send', {}), FINISH], { mcp })).rejects.toThrow('git');
  expect([made, (await kindsOf('outside')).at(-1)]).toEqual([0, 'model.answered']);
  await mend();
  await expireLease(service.deps, 'outside');
  await drive('outside', [FINISH], { mcp });
  expect([made, (await kindsOf('outside')).at(-1)]).toEqual([1, 'step.done']);
});

test('the time that a workspace takes to be made is not of the call that is made in it', async () => {
  await givenReadyRun(service.deps, 'time');
  const seen: unknown[] = [];
  const look = newTool('look', { readOnly: true }, async (_input, { workspace }) => {
    seen.push(workspace.opening);
    return { ok: true, output: 'seen' };
  });
  const mcp = { ...service.deps.mcp, tools: () => [look] };
  await expect(drive('time', [WRITE, FINISH], { mcp }, dies)).rejects.toThrow('The worker dies.');
  await expireLease(service.deps, 'time');
  await drive('time', [use('look', {}), FINISH], { mcp });
  expect(seen).toEqual([undefined]);
});
