// A command whose output depends on the time or on chance comes to something else in a replay: that is said, and where.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@builder-ai/platform/logger';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { parseRecording } from '../src/recording/recording.ts';
import { replayRecording } from '../src/recording/replay-recording.ts';
import { findSandbox } from '../src/sandbox/find-sandbox.ts';
import { finish, givenControlledRun } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';
import { describeInSandbox } from './in-sandbox.ts';

let service: GivenService;
let fresh: GivenService;

beforeAll(async () => {
  const sandbox = await findSandbox(silentLogger);
  service = await givenService({ sandbox });
  fresh = await givenService({ sandbox });
});

afterAll(async () => {
  await service.close();
  await fresh.close();
});

const running =
  (command: string): Script =>
  ({ purpose, results }) => {
    if (purpose === 'plan') return { text: '1. All of it' };
    return { toolUses: [results === 0 ? { name: 'run_command', input: { command } } : finish()] };
  };

async function replayOf(command: string) {
  const run = await givenControlledRun(service, running(command));
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder-replay-'));
  try {
    await run.run();
    await run.hears('run.completed');
    await run.stands('ended');
    const answer = await request(service.app)
      .get(`/tasks/${run.task}/recording`)
      .set(await service.headersFor())
      .buffer(true);
    const recording = parseRecording(answer.text ?? String(answer.body));
    return await replayRecording({ ...fresh.deps, workspaceRoot }, recording, silentLogger);
  } finally {
    await run.close();
    await fresh.deps.db.query('truncate runs, ledger, commands, budgets, outbox, outbox_waiting, outbox_keys');
    await rm(workspaceRoot, { recursive: true, force: true });
  }
}

describeInSandbox('a replay', () => {
  test('of a command that says the same each time is identical', async () => {
    expect((await replayOf('echo same > file; cat file')).differences).toEqual([]);
  });

  test.each([
    ['the time', 'date +%s%N'],
    ['chance', 'head -c 16 /dev/urandom | od -x'],
  ])('of a command that says %s comes to its end, and says which it was', async (_what, command) => {
    const { differences } = await replayOf(command);
    expect(differences).toEqual([expect.stringMatching(/^Command 0\.1\.1 printed something else/)]);
  });

  test('of a command that keeps what it drew shows in the files', async () => {
    const { differences } = await replayOf('head -c 16 /dev/urandom > drawn.bin');
    expect(differences).toEqual([expect.stringContaining('step.done'), 'drawn.bin is not what was recorded.']);
  });
});
