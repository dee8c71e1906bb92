// Recorded runs are the regression tests of the agents: each kept recording is replayed by the worker, tools and sandbox of
// today, and tells the same events and comes to the same files. After a change that is meant to change them: `npm run record`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { silentLogger } from '@builder-ai/platform/logger';
import { newGate } from '@builder-ai/testing/gate';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { ScriptRequest } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { newOpenAiModel } from '../src/models/openai-responses-model.ts';
import { parseRecording } from '../src/recording/recording.ts';
import { replayRecording } from '../src/recording/replay-recording.ts';
import { findSandbox } from '../src/sandbox/find-sandbox.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { type GivenWorker, givenWorker } from './given-worker.ts';
import type { Playing, Scenario } from './recorded/scenario.ts';
import { scenarios } from './recorded/scenarios.ts';
import { TICKETS_KEY } from './recorded/ticket-scenarios.ts';

const MAKE_ANEW = process.env.RECORD === 'yes';
const KEY = 'key-of-the-recorded-runs-51c2';
const sandbox = await findSandbox(silentLogger);

let service: GivenService;

beforeAll(async () => {
  service = await givenService({ sandbox });
});

afterAll(() => service.close());

const fileOf = ({ name }: Scenario) => fileURLToPath(new URL(`./recorded/${name}.jsonl`, import.meta.url));

const modelsAt = (provider: ScriptedProvider) => ({
  claude: newAnthropicModel({ apiKey: KEY, baseUrl: provider.url, model: 'claude-sonnet-5-5' }),
  chatgpt: newOpenAiModel({ apiKey: KEY, baseUrl: `${provider.url}/v1`, model: 'gpt-6' }),
});

async function record(scenario: Scenario): Promise<string> {
  const { name: task, goal, mode, approval = 'none', cap = null, script = () => ({ text: '' }) } = scenario;
  const gate = newGate();
  let heldAt: string | undefined;
  const nameOf = ({ purpose, step, results }: ScriptRequest) => (purpose === 'build' ? `${step}.${results}` : purpose);
  const held = (asked: ScriptRequest) => (nameOf(asked) === heldAt ? gate.passed : undefined);
  const provider = await startScriptedProvider({ script, held, ...scenario.provider });
  const mcp = await scenario.openTools?.();
  const deps = {
    ...service.deps,
    ...(mcp && { mcp }),
    limits: { ...service.deps.limits, ...scenario.limits },
    models: { ...service.deps.models, ...modelsAt(provider) },
  };
  const workers: GivenWorker[] = [];
  const wish = { ...runRequested.sample, owner_id: OWNER, goal, agent_mode: mode, approval, cap_micro_usd: cap };
  const playing: Playing = {
    deps,
    task,
    wish,
    newWorker() {
      const worker = givenWorker(deps, service.database.url);
      workers.push(worker);
      return worker;
    },
    hold: {
      at: (asked) => {
        heldAt = asked;
      },
      open: gate.open,
    },
    asked: () => provider.requests.map(nameOf),
  };
  try {
    await (scenario.play ?? playToEnd)(playing);
    const answer = await request(service.app)
      .get(`/tasks/${task}/recording`)
      .set(await service.headersFor())
      .buffer(true);
    return answer.text ?? String(answer.body);
  } finally {
    for (const worker of workers) await worker.close();
    await mcp?.close();
    await provider.close();
  }
}

async function playToEnd({ task, wish, newWorker }: Playing): Promise<void> {
  const worker = newWorker();
  await worker.says(task, runRequested, wish);
  await worker.hears(task, 'run.completed');
}

describe.each(scenarios)('the recorded run "$name"', (scenario) => {
  const declare = scenario.commands && !sandbox ? test.skip : test;

  declare(
    'tells the same and comes to the same files today',
    async () => {
      if (MAKE_ANEW) await writeFile(fileOf(scenario), await record(scenario));
      const text = await readFile(fileOf(scenario), 'utf8');
      expect(text).not.toContain(KEY);
      expect(text).not.toContain(TICKETS_KEY);
      const fresh = await givenService({ sandbox });
      const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder-replay-'));
      try {
        const result = await replayRecording({ ...fresh.deps, workspaceRoot }, parseRecording(text), silentLogger);
        expect(result.differences).toEqual([]);
        expect(result.files).toBeGreaterThan(0);
        expect(result.events).toBeGreaterThan(10);
      } finally {
        await fresh.close();
        await rm(workspaceRoot, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
