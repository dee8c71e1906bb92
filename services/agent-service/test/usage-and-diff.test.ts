// What a run cost, and what it changed.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type ControlledRun, givenControlledRun, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';
import { readText } from './read-text.ts';

let service: GivenService;
let run: ControlledRun;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

afterEach(() => run.close());

const getText = (path: string) => readText(service, path);

async function givenFinishedRun(): Promise<void> {
  run = await givenControlledRun(service, twoSteps);
  await run.run();
  await run.hears('run.completed');
  await run.stands('ended');
}

describe('GET /tasks/:id/usage', () => {
  test('200: calls, tokens and cost; their sum is what the budget counts', async () => {
    await givenFinishedRun();
    const { text } = await getText(`/tasks/${run.task}/usage`);
    const usage = JSON.parse(text);
    expect(usage.total).toMatchObject({ calls: 7, unknown_calls: 0, failed_calls: 0 });
    expect(usage.budget).toMatchObject({ spent_micro_usd: usage.total.cost_micro_usd, reserved_micro_usd: 0 });
    expect(usage.total.cost_micro_usd).toBe((await run.money())?.spent);
    const sum = (list: { cost_micro_usd: number }[]) =>
      list.reduce((all, { cost_micro_usd }) => all + cost_micro_usd, 0);
    for (const list of [usage.by_step, usage.by_agent, usage.by_model])
      expect(sum(list)).toBe(usage.total.cost_micro_usd);
    expect(usage.by_step.map(({ step }: { step: number | null }) => step)).toEqual([null, 0, 1]);
    expect(usage.by_model).toMatchObject([{ agent: 'claude', model: 'claude-sonnet-5-5' }]);
  });
});

describe('GET /tasks/:id/diff', () => {
  test('200: of the whole task, and of one step', async () => {
    await givenFinishedRun();
    const whole = await getText(`/tasks/${run.task}/diff`);
    expect([whole.status, whole.type]).toEqual([200, 'text/plain; charset=utf-8']);
    for (const path of await run.paths()) expect(whole.text).toContain(`+++ b/${path}`);
    const second = (await getText(`/tasks/${run.task}/diff?step=1`)).text;
    expect(second).toContain('+++ b/2/1.txt\n@@ -0,0 +1 @@\n+2.1');
    expect(second).not.toContain('1/1.txt');
  });

  test('200: from before a step until after another', async () => {
    await givenFinishedRun();
    const diff = async (query: string) => (await getText(`/tasks/${run.task}/diff${query}`)).text;
    expect(await diff('?from=0&to=1')).toBe(await diff(''));
    expect(await diff('?from=1')).toBe(await diff('?step=1'));
    expect(await diff('?to=0')).toBe(await diff('?step=0'));
    expect(await diff('?from=1&to=0')).toBe('');
  });

  test('404: a step that was not begun; 400: no step at all, or a step and a range', async () => {
    await givenFinishedRun();
    for (const query of ['step=9', 'from=9', 'to=9'])
      expect(JSON.parse((await getText(`/tasks/${run.task}/diff?${query}`)).text).code).toBe('FILE_NOT_FOUND');
    for (const query of ['step=first', 'from=-1', 'step=1&to=1'])
      expect((await getText(`/tasks/${run.task}/diff?${query}`)).status).toBe(400);
  });
});
