// Recorded runs are the regression tests of the agents: each kept recording is replayed by the worker, tools and sandbox of
// today, and comes to the same calls and files. After a change that is meant to change them: `npm run record`.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { silentLogger } from '@builder-ai/platform/logger';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { newOpenAiModel } from '../src/models/openai-responses-model.ts';
import { parseRecording } from '../src/recording/recording.ts';
import { replayRecording } from '../src/recording/replay-recording.ts';
import { findSandbox } from '../src/sandbox/find-sandbox.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { givenWorker } from './given-worker.ts';
import { type Scenario, scenarios } from './recorded/scenarios.ts';

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
  const { name: task, goal, mode, approval = 'none', script = () => ({ text: '' }) } = scenario;
  const provider = await startScriptedProvider({ script });
  const models = { ...service.deps.models, ...modelsAt(provider) };
  const worker = givenWorker({ ...service.deps, models }, service.database.url);
  try {
    const wish = { ...runRequested.sample, owner_id: OWNER, goal, agent_mode: mode, approval };
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'run.completed');
    const answer = await request(service.app)
      .get(`/tasks/${task}/recording`)
      .set(await service.headersFor())
      .buffer(true);
    return answer.text ?? String(answer.body);
  } finally {
    await worker.close();
    await provider.close();
  }
}

describe.each(scenarios)('the recorded run "$name"', (scenario) => {
  const declare = scenario.commands && !sandbox ? test.skip : test;

  declare(
    'comes to the same calls and files today',
    async () => {
      if (MAKE_ANEW) await writeFile(fileOf(scenario), await record(scenario));
      const text = await readFile(fileOf(scenario), 'utf8');
      expect(text).not.toContain(KEY);
      const fresh = await givenService({ sandbox });
      const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder-replay-'));
      try {
        const result = await replayRecording({ ...fresh.deps, workspaceRoot }, parseRecording(text), silentLogger);
        expect(result.differences).toEqual([]);
        expect(result.files).toBeGreaterThan(0);
      } finally {
        await fresh.close();
        await rm(workspaceRoot, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
