// A run whose builder runs commands is killed between each two durable writes: a command that was interrupted is run
// again on the files that were there before it, so that each leaves its line once.

import { text } from 'node:stream/consumers';
import type { KillPoint } from '@builder-ai/testing/dying-database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { Model, ModelAnswer, ModelRequest, ToolUseBlock } from '../src/models/model.ts';
import { newBubblewrap } from '../src/sandbox/bubblewrap.ts';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { readTreeFile } from '../src/workspace/tree-files.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import { type GivenService, givenService, untilKept } from './given-service.ts';
import { use } from './given-tool.ts';
import { describeInSandbox } from './in-sandbox.ts';
import { runWithKill } from './run-with-kill.ts';

const COMMANDS = 2;
const WITNESS = 'line 0\nline 1\n';

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** One step, in which the calls are made one after the other. */
function callingModel(calls: ToolUseBlock[], thinks?: (request: ModelRequest) => Promise<void>): Model {
  return {
    agent: 'claude',
    name: 'scripted',
    reserve: () => 0,
    async answer(request) {
      const usage = { input_tokens: 1, output_tokens: 1, cost_micro_usd: 0 };
      await thinks?.(request);
      return { content: contentOf(request, calls), usage };
    },
  };
}

function contentOf({ subject, messages }: ModelRequest, calls: ToolUseBlock[]): ModelAnswer['content'] {
  if (!subject.step) return [{ type: 'text', text: '1. make the calls' }];
  return [calls[(messages.length - 1) / 2] ?? use('finish_step', { result: 'Done.' })];
}

const command = (line: string) => use('run_command', { command: line });

type Pace = 'quick' | 'slow';

async function run(pace: Pace, point: KillPoint) {
  const task = `command-${++number}`;
  let commands = 0;
  const counting: Sandbox = {
    name: 'counting',
    run(command, options) {
      commands += 1;
      return newBubblewrap().run(command, options);
    },
  };
  const calls = Array.from({ length: COMMANDS }, (_, n) => command(`echo line ${n} >> witness.txt`));
  const model = callingModel(calls, pace === 'slow' ? untilKept(service.deps, task) : undefined);
  const deps: Deps = { ...service.deps, sandbox: counting, models: { template: model } };
  const killed = await runWithKill(deps, task, point);
  return { killed, commands, witness: await readWitness(task) };
}

/** As the last tree that the ledger names has it. */
async function readWitness(task: string): Promise<string> {
  const done = (await readLedger(service.deps.db, task)).filter((entry) => entry.kind === 'step.done');
  const tree = done.at(-1)?.after?.tree ?? '';
  return text((await readTreeFile(repositoryOf(service.deps.workspaceRoot, task), tree, 'witness.txt')).open());
}

describeInSandbox('a run that runs commands, killed between each two durable writes', () => {
  // Planning, then two commits for each answer and its call, and the step's end; and where the model takes its time, one for
  // each workspace that is kept while it answers.
  test.each([
    ['quick', 2 * (1 + 2 * (COMMANDS + 1) + 1)],
    ['slow', 2 * (1 + 2 * (COMMANDS + 1) + COMMANDS + 1)],
  ] as const)(
    'runs one command at most twice, and each leaves its line once: a %s model',
    async (pace, places) => {
      const undisturbed = await run(pace, { commits: Number.POSITIVE_INFINITY, when: 'before' });
      expect(undisturbed).toEqual({ killed: false, commands: COMMANDS, witness: WITNESS });
      let repeated = 0;
      let points = 0;
      for (const when of ['before', 'after'] as const) {
        for (let commits = 0; ; commits += 1) {
          const { killed, commands, witness } = await run(pace, { commits, when });
          if (!killed) break;
          points += 1;
          repeated += commands - COMMANDS;
          expect({ when, commits, witness }).toEqual({ when, commits, witness: WITNESS });
          expect(commands).toBeLessThanOrEqual(COMMANDS + 1);
        }
      }
      expect(points).toBe(places);
      // Each command ran a second time when its outcome was not yet recorded: before and after the next answer's
      // intent, before the commit after that, and at no other point.
      expect(repeated).toBe(3 * COMMANDS);
    },
    120_000,
  );
});

/** What the calls of an undisturbed run came to. */
async function outputsOf(deps: Deps, task: string, calls: ToolUseBlock[]): Promise<string[]> {
  const models = { template: callingModel(calls) };
  await runWithKill({ ...deps, models }, task, { commits: Number.POSITIVE_INFINITY, when: 'before' });
  const finished = (await readLedger(deps.db, task)).filter((entry) => entry.kind === 'tool.finished');
  return finished.map((entry) => entry.output);
}

describeInSandbox('what a command says', () => {
  test('moves nothing in the terminal of who reads the log, and comes through whatever it is', async () => {
    const deps: Deps = { ...service.deps, sandbox: newBubblewrap() };
    const task = `says-${++number}`;
    const [first, second] = await outputsOf(deps, task, [
      command("printf '\\033[2J\\033]0;title\\007red\\r\\nline\\rover\\b\\000\\t.\\377'"),
      command('echo "\0\ud800"'),
    ]);
    expect(first).toContain('\u001b[2J');
    expect(second).toMatch(/^\ufffd\ufffd\n/);
    const rows = await deps.db.query<{ event: string }>('select event from outbox where key = $1 order by position', [
      task,
    ]);
    const messages = rows.map(({ event }) => String(JSON.parse(event).data.message));
    expect(messages.filter((message) => message.includes('red'))).toEqual([
      'red\nline\nover\ufffd\t.\ufffd\nExit code 0',
    ]);
  });
});

test("the check of our own templates, which runs outside of the sandbox, is no other model's to call", async () => {
  const outputs = await outputsOf(service.deps, 'foreign-check', [use('run_check', { template: 'rest-api' })]);
  expect(outputs[0]).toMatch(/^There is no tool run_check\. There are: .*run_command.*finish_step\.$/);
});
