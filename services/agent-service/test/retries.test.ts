// A provider that turns calls away is asked again when it says so, and not for ever: through the vendor's own SDK.
import type { Fault } from '@builder-ai/testing/scripted-provider';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ALL, type ControlledRun, givenControlledRun, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;
let run: ControlledRun;

beforeEach(async () => {
  service = await givenService();
});

afterEach(async () => {
  await run.close();
  await service.close();
});

const busy = (retryAfterSeconds?: number): Fault => ({
  kind: 'status',
  status: 429,
  message: 'later, please',
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** The first request of step 1, so many times, or always. */
async function givenBusyStep(fault: Fault, times = Number.POSITIVE_INFINITY): Promise<number[]> {
  const at: number[] = [];
  run = await givenControlledRun(service, twoSteps, {
    fault: ({ step, results }) => (step === 1 && results === 0 && at.length <= times ? fault : undefined),
    onRequest: ({ step, results, at: when }) => {
      if (step === 1 && results === 0) at.push(when);
    },
  });
  await run.run({ cap_micro_usd: 5_000_000 });
  return at;
}

async function expectToWait(): Promise<void> {
  const { data } = (await run.hears('run.waiting')) ?? {};
  expect(data).toMatchObject({ waiting_for: 'input', code: 'AI_UNAVAILABLE' });
  expect(data?.reason).toContain('later, please');
  await run.stands('idle');
  // Whoever turns a call away is not paid for it.
  expect((await run.money())?.reserved).toBe(0);
}

/** Milliseconds from each to the next. */
const gaps = (at: number[]) => at.slice(1).map((when, index) => when - (at[index] as number));

test('no attempt comes sooner than the provider asked for, and the run goes on as if nothing had been', async () => {
  const at = await givenBusyStep(busy(1), 2);
  await run.hears('run.completed');
  expect(at).toHaveLength(3);
  for (const gap of gaps(at)) expect(gap).toBeGreaterThanOrEqual(1_000);
  const failed = (await run.ledger()).filter(({ kind }) => kind === 'model.failed');
  expect(failed).toHaveLength(2);
  expect([...new Set(run.asked())]).toEqual(ALL);
});

test('all attempts of a call have one deadline: the one that would come after it is not made, and the task waits', async () => {
  // Four attempts would be made until three seconds have gone by.
  service.deps.limits.retrySeconds = 2.5;
  const at = await givenBusyStep(busy(1));
  await expectToWait();
  expect(at.length).toBeLessThan(4);
  await run.run({ job_id: 'job-2' });
  await run.hears('run.waiting', 2);
});

test.each([
  ['longer than the deadline', 5, 7],
  ['longer than anybody waits', 180, 61],
])('a provider that asks for %s is not asked again by itself', async (_what, retrySeconds, retryAfterSeconds) => {
  service.deps.limits.retrySeconds = retrySeconds;
  const at = await givenBusyStep(busy(retryAfterSeconds));
  await expectToWait();
  expect(at).toHaveLength(1);
});

test('one that says nothing is asked four times at the most', async () => {
  const at = await givenBusyStep(busy());
  await expectToWait();
  expect(at).toHaveLength(4);
});
