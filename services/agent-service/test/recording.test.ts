// A run as one file, and the same run again from that file, with nobody to ask.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import { silentLogger } from '@builder-ai/platform/logger';
import { startRetention } from '@builder-ai/platform/retention';
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import type { Script, ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { TOLD_EVENTS } from '../src/recording/read-events.ts';
import { parseRecording, type Recording } from '../src/recording/recording.ts';
import { replayRecording } from '../src/recording/replay-recording.ts';
import { type ControlledRun, finish, givenControlledRun, job, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';
import { readText } from './read-text.ts';

let service: GivenService;
let fresh: GivenService;
let run: ControlledRun;

beforeAll(async () => {
  service = await givenService();
  fresh = await givenService();
});

afterAll(async () => {
  await service.close();
  await fresh.close();
});

afterEach(() => run.close());

const getText = (path: string) => readText(service, path);

/** On a database and a directory of its own; the models that are there would fail. */
async function replay(recording: Recording) {
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder-replay-'));
  try {
    return await replayRecording({ ...fresh.deps, workspaceRoot }, recording, silentLogger);
  } finally {
    await fresh.deps.db.query('truncate runs, ledger, commands, outbox, outbox_waiting, outbox_keys, told_events');
    await rm(workspaceRoot, { recursive: true, force: true });
  }
}

const copyOf = (recording: Recording) => JSON.parse(JSON.stringify(recording)) as Recording;

const record = async () => parseRecording((await getText(`/tasks/${run.task}/recording`)).text);

const told = async () => (await run.events()).map(({ type, data }) => ({ type, data }));

async function givenFinishedRun(): Promise<void> {
  run = await givenControlledRun(service, twoSteps);
  await run.run();
  await run.hears('run.completed');
  await run.stands('ended');
}

describe('GET /tasks/:id/recording', () => {
  test('200: the run, row by row, and what its workspace is at the end', async () => {
    await givenFinishedRun();
    const { status, type, text } = await getText(`/tasks/${run.task}/recording`);
    expect([status, type]).toEqual([200, 'application/jsonl']);
    const { head, rows, events, files } = parseRecording(text);
    expect(head).toMatchObject({ version: 1, task_id: run.task, goal: 'build a landing page' });
    expect(rows.map(({ entry }) => entry)).toEqual(await run.ledger());
    expect(events.map(({ event }) => event)).toEqual(await told());
    expect(files.filter(({ kind }) => kind === 'file').map(({ path }) => path)).toEqual(await run.paths());
  });

  test('it holds no key', async () => {
    await givenFinishedRun();
    // The key that the provider was called with.
    expect((await getText(`/tasks/${run.task}/recording`)).text).not.toContain('a-key');
  });
});

describe('a replay', () => {
  test('makes the same calls and comes to the same files', async () => {
    await givenFinishedRun();
    const asked = run.asked().length;
    expect(await replay(await record())).toEqual({ calls: 7, events: 41, files: 6, differences: [] });
    expect(run.asked()).toHaveLength(asked);
  });

  test('says where it leaves the recorded way: another argument, another answer, another file', async () => {
    await givenFinishedRun();
    const recording = await record();
    const change = (find: (entry: { kind: string }) => boolean, edit: (entry: never) => void): Recording => {
      const copy = copyOf(recording);
      const row = copy.rows.find(({ entry }) => find(entry));
      edit(row?.entry as never);
      return copy;
    };
    const isSecond = (entry: { kind: string; call_id?: string }) =>
      entry.kind === 'model.answered' && entry.call_id === '0.1';
    const changed = change(isSecond, (entry: { content: { input: { path: string } }[] }) => {
      (entry.content[0] as { input: { path: string } }).input.path = 'elsewhere.txt';
    });
    await expect(replay(changed)).rejects.toThrow(/Call 0\.2: the replay asks something else/);
    const other = copyOf(recording);
    (other.files[0] as { sha256: string }).sha256 = 'x';
    expect((await replay(other)).differences).toEqual([expect.stringContaining('is not what was recorded')]);
    const silent = copyOf(recording);
    silent.events = silent.events.filter(({ event }) => event.type !== 'step.started');
    const words = /^Event \d+: log\.added .* was recorded; the replay told step\.started/;
    expect((await replay(silent)).differences).toEqual([expect.stringMatching(words)]);
    const shorter = { ...recording, rows: recording.rows.filter(({ entry }) => entry.kind !== 'step.done') };
    expect((await replay(shorter)).differences).toEqual([expect.stringContaining('Outcome')]);
  });

  test('of a run whose events have left the outbox compares them all the same', async () => {
    await givenFinishedRun();
    const { db } = service.deps;
    const before = await record();
    await db.query(
      `with old as (
         update outbox set sent_at = now() - interval '25 hours' where key = $1 and no < 20 returning position
       )
       delete from outbox_waiting where position in (select position from old)`,
      [run.task],
    );
    const settings = { OUTBOX_RETENTION_HOURS: 24, INBOX_RETENTION_HOURS: 192, KAFKA_TOPIC_RETENTION_HOURS: 168 };
    const timing = { firstMs: 1, everyMs: 10 };
    const retention = startRetention({ db, logger: silentLogger, settings, archive: TOLD_EVENTS, timing });
    await eventually(async () => (await told()).length === before.events.length - 19);
    await retention.close();
    const recording = await record();
    expect(recording).toEqual(before);
    expect(await replay(recording)).toEqual({ calls: 7, events: 41, files: 6, differences: [] });
  });

  test('of a run that was cancelled ends there, and says so when it does not', async () => {
    const answer = newGate();
    run = await givenControlledRun(service, twoSteps, {
      held: ({ step, results }) => (step === 1 && results === 1 ? answer.passed : undefined),
    });
    await run.run();
    await eventually(() => run.asked().includes('1.1'));
    await run.cancel();
    await run.stands('ended');
    answer.open();
    const recording = await record();
    expect(recording.state).toBe('ended');
    expect((await replay(recording)).differences).toEqual([]);
    const events = recording.events.filter(({ event }) => event.type !== 'run.cancelled');
    expect((await replay({ ...recording, events })).differences).toEqual([
      expect.stringMatching(/^After the last event: nothing more was recorded; the replay told run\.cancelled/),
    ]);
    const rows = recording.rows.filter(({ entry }) => entry.kind !== 'run.cancelled');
    expect((await replay({ ...recording, rows })).differences).toEqual([
      expect.stringMatching(/run\.cancelled .* was recorded; the replay told nothing more/),
    ]);
  });

  test('of a run whose first events are there no more compares what is left: calls, outcomes and files', async () => {
    await givenFinishedRun();
    await service.deps.db.query('delete from outbox where key = $1 and no < 3', [run.task]);
    const recording = await record();
    expect(recording.events).toEqual([]);
    expect(await replay(recording)).toEqual({ calls: 7, events: 0, files: 6, differences: [] });
  });

  test('hears what the user said, answered, approved and wanted again, where they did', async () => {
    const ask: ScriptToolUse = { name: 'ask_user', input: { question: 'Which colour?' } };
    const script: Script = (request, body) => {
      if (request.purpose === 'plan') return { text: '1. Ask\n2. Write' };
      const text = JSON.stringify(body.messages).includes('use blue') ? 'blue' : 'plain';
      const steps = [[ask], [{ name: 'write_file', input: { path: `${request.step}.txt`, content: text } }]];
      return { toolUses: steps[request.results] ?? [finish()] };
    };
    const answer = newGate();
    run = await givenControlledRun(service, script, {
      held: ({ step, results }) => (step === 1 && results === 1 ? answer.passed : undefined),
    });
    await run.run({ approval: 'plan' });
    await run.hears('run.waiting');
    await run.stands('idle');
    await run.says(run.task, planApproved, { ...job, steps: ['Ask', 'Write', 'Write more'] });
    for (const time of [2, 3, 4]) {
      const { data } = (await run.hears('run.waiting', time)) ?? { data: {} };
      await run.stands('idle');
      const { call_id } = data.call as { call_id: string };
      await run.says(run.task, questionAnswered, { ...job, call_id, answer: `blue ${time}` });
      if (time > 2) continue;
      await eventually(() => run.asked().includes('1.1'));
      await run.says(run.task, messagePosted, { content: 'use blue' });
      answer.open();
    }
    await run.hears('run.completed');
    await run.stands('ended');
    await run.says(run.task, runRetryRequested, { ...job, step: 2 });
    const { data } = (await run.hears('run.waiting', 5)) ?? { data: {} };
    await run.stands('idle');
    const { call_id } = data.call as { call_id: string };
    await run.says(run.task, questionAnswered, { ...job, call_id, answer: 'still blue' });
    await run.hears('run.completed', 2);
    await run.stands('ended');
    expect((await replay(await record())).differences).toEqual([]);
  });
});

test.each([
  ['nothing', '', 'empty'],
  ['no JSON', 'x', 'Line 1'],
  ['another version', '{"type":"recording","version":2,"task_id":"t","goal":"g"}\n', 'version'],
  ['no end', '{"type":"recording","version":1,"task_id":"t","goal":"g"}\n', 'cut off'],
])('a file with %s is refused in words', async (_name, text, words) => {
  run = await givenControlledRun(service, twoSteps);
  expect(() => parseRecording(text)).toThrow(words);
});
