// What a user, a planner or a limit can change of the way a run goes.
import { budgetChanged } from '@builder-ai/contracts/events/budget-changed';
import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ALL, type ControlledRun, finish, givenControlledRun, job, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;
let run: ControlledRun;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

afterEach(() => run.close());

describe('approval', () => {
  test('plan: nothing is built before it, and an edited plan is what is built', async () => {
    run = await givenControlledRun(service, twoSteps);
    await run.run({ approval: 'plan' });
    expect((await run.hears('run.waiting'))?.data).toMatchObject({ waiting_for: 'approval' });
    expect(run.asked()).toEqual(['plan']);
    await run.stands('idle');
    await run.says(run.task, planApproved, { ...job, steps: ['Make part 1', 'Something else', 'And more'] });
    await run.hears('run.completed');
    const begun = (await run.events()).filter(({ type }) => type === 'step.started');
    expect(begun.map(({ data }) => data.description)).toEqual(['Make part 1', 'Something else', 'And more']);
  });

  test('step: each step waits for its own', async () => {
    run = await givenControlledRun(service, twoSteps);
    await run.run({ approval: 'step' });
    const steps = ['Make part 1', 'Make part 2'];
    for (const time of [1, 2]) {
      await run.hears('run.waiting', time);
      await run.stands('idle');
      expect((await run.events()).filter(({ type }) => type === 'step.started')).toHaveLength(time - 1);
      await run.says(run.task, planApproved, { ...job, steps });
    }
    await run.hears('run.completed');
  });
});

describe('retry', () => {
  test('a step is made anew on the files it began with; what came after it is not there any more', async () => {
    run = await givenControlledRun(service, twoSteps);
    await run.run();
    await run.hears('run.completed');
    await run.stands('ended');
    expect(await run.paths()).toEqual(['1/1.txt', '1/2.txt', '2/1.txt', '2/2.txt']);
    await run.says(run.task, runRetryRequested, { ...job, step: 1 });
    await run.hears('run.completed', 2);
    expect(run.asked()).toEqual([...ALL, '2.0', '2.1', '2.2']);
    const ledger = await run.ledger();
    const begun = ledger.flatMap((entry) => (entry.kind === 'step.begun' ? [entry] : []));
    expect(begun.map(({ step, attempt }) => [step, attempt])).toEqual([
      [0, 1],
      [1, 1],
      [1, 2],
    ]);
    expect(begun[2]?.before).toEqual(begun[1]?.before);
    // A name is one call's for good.
    const names = ledger.flatMap((entry) => (entry.kind === 'tool.intended' ? [entry.call_id] : []));
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('when a step cannot be done', () => {
  test('the planner finds another way, and the run goes on with that', async () => {
    const script: Script = (request, body) => {
      const text = JSON.stringify(body.messages);
      if (request.purpose === 'plan')
        return { text: text.includes('could not be done') ? '1. The easy way' : '1. The hard way' };
      return text.includes('The hard way') ? { text: 'I cannot.' } : { toolUses: [finish('Done the easy way.')] };
    };
    run = await givenControlledRun(service, script);
    await run.run();
    await run.hears('run.completed');
    expect((await run.hears('plan.updated'))?.data).toMatchObject({ from: 0, agent: 'claude' });
    expect((await run.hears('step.failed'))?.data).toMatchObject({
      error: expect.stringContaining('I cannot'),
    });
  });

  test('the same call with the same result three times ends the step', async () => {
    const read = [{ name: 'read_file', input: { path: 'nothing.txt' } }];
    run = await givenControlledRun(service, (request) =>
      request.purpose === 'plan' ? { text: '1. Read' } : { toolUses: read },
    );
    await run.run();
    expect((await run.hears('run.failed'))?.data).toMatchObject({
      error: expect.stringContaining('same call three times'),
    });
    // Planned three times, and three calls in each plan.
    expect(run.asked().filter((ask) => ask === 'plan')).toHaveLength(3);
    expect(run.asked().filter((ask) => ask.startsWith('1.'))).toHaveLength(9);
  });
});

describe('budget', () => {
  test('a cap that is raised while the run waits lets it go on; nothing is asked again', async () => {
    run = await givenControlledRun(service, twoSteps);
    await run.run({ cap_micro_usd: 100_000 });
    expect((await run.hears('run.waiting'))?.data).toMatchObject({ waiting_for: 'budget' });
    await run.stands('idle');
    await run.says(run.task, budgetChanged, { cap_micro_usd: 10_000_000, job });
    expect((await run.hears('budget.applied'))?.data).toEqual({ cap_micro_usd: 10_000_000 });
    await run.hears('run.completed');
    expect(run.asked()).toEqual(ALL);
  });
});
