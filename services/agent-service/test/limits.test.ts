// What bounds a run: how often it asks, how long it takes, and how often it asks a provider that has no answer.
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MAX_ANSWERS_PER_STEP } from '../src/runs/run.ts';
import { type ControlledRun, givenControlledRun, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;
let run: ControlledRun | undefined;

beforeEach(async () => {
  service = await givenService();
});

afterEach(async () => {
  await run?.close();
  run = undefined;
  await service.close();
});

const failure = async () => (await run?.hears('run.failed'))?.data.error;

describe('a limit', () => {
  test('on calls of models ends the run with all kept, and no other plan is asked for', async () => {
    service.deps.limits.modelCalls = 5;
    run = await givenControlledRun(service, twoSteps);
    await run.run();
    expect(await failure()).toContain('has asked models 5 times');
    expect(run.asked()).toHaveLength(5);
    expect(await run.paths()).toContain('1/1.txt');
  });

  test('on time ends the run with all kept', async () => {
    const answer = newGate();
    run = await givenControlledRun(service, twoSteps, {
      held: ({ step }) => (step === 2 ? answer.passed : undefined),
    });
    await run.run();
    await run.hears('step.started', 2);
    // As if the job had begun an hour and a minute ago.
    service.deps.limits.minutes = -1;
    answer.open();
    expect(await failure()).toContain('has taken longer than');
    expect((await run.paths()).slice(0, 2)).toEqual(['1/1.txt', '1/2.txt']);
  });

  test('on answers ends a step whose agent never finishes it', async () => {
    run = await givenControlledRun(service, ({ purpose, results }) => {
      if (purpose === 'plan') return { text: results === 0 ? '1. For ever' : '' };
      return { toolUses: [{ name: 'write_file', input: { path: 'n.txt', content: `${results}` } }] };
    });
    await run.run();
    const failed = await eventually(
      async () => (await run?.events())?.find(({ type }) => type === 'step.failed'),
      80_000,
    );
    expect(failed.data.error).toContain(`gave ${MAX_ANSWERS_PER_STEP} answers without finishing it`);
    expect(await run.paths()).toEqual(['n.txt']);
  }, 90_000);
});

describe('a model that answers rubbish', () => {
  test('is told of tools and paths that are not there, and the step fails after the same three times, with all kept', async () => {
    run = await givenControlledRun(service, ({ purpose, results }) => {
      if (purpose === 'plan') return { text: '1. All of it' };
      if (results === 0) return { toolUses: [{ name: 'write_file', input: { path: 'kept.txt', content: 'x' } }] };
      if (results === 1) return { toolUses: [{ name: 'read_file', input: { path: '/etc/shadow' } }] };
      return { toolUses: [{ name: 'no_such_tool', input: { results: 0 } }] };
    });
    await run.run();
    expect((await run.hears('step.failed'))?.data.error).toContain('same call three times');
    const told = (await run.ledger()).flatMap((entry) =>
      entry.kind === 'tool.finished' && !entry.ok ? entry.output : [],
    );
    expect(told.slice(0, 2)).toEqual([
      expect.stringContaining('Invalid path'),
      expect.stringContaining('There is no tool no_such_tool'),
    ]);
    expect(await run.paths()).toEqual(['kept.txt']);
  });

  test('that is no call at all fails the step in its own words', async () => {
    run = await givenControlledRun(service, ({ purpose }) => ({ text: purpose === 'plan' ? '1. All' : '{"never": ' }));
    await run.run();
    expect((await run.hears('step.failed'))?.data.error).toContain('{"never":');
  });
});

test('a wrong key is one error on the task that says so, once a part and not again and again', async () => {
  run = await givenControlledRun(service, twoSteps, { apiKey: 'the-right-one' });
  await run.run();
  const { data } = (await run.hears('run.waiting')) ?? {};
  expect(data).toMatchObject({ waiting_for: 'input', code: 'AI_UNAVAILABLE' });
  expect(data?.reason).toMatch(/AI service unavailable: Claude: 401/);
  await run.stands('idle');
  // The plan, for which there is another, and the first step.
  expect((await run.ledger()).filter(({ kind }) => kind === 'model.intended')).toHaveLength(2);
  expect(await run.money()).toEqual({ state: 'idle', spent: 0, reserved: 0 });
});
