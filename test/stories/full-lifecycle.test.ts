import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, collect, newClient, oneTo } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let client: Client;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home);
  client = newClient(product.url);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

describe('the full lifecycle of the original product', () => {
  test('create → queued → run → in_progress with a plan → run-all → completed → logs', async () => {
    const created = await client.createTask('build a landing page with a contact form');
    expect(created).toMatchObject({ status: 'queued', plan: [], current_step: null, seq: 1, error: null });

    const begun = await client.run(created.id);
    expect(begun.status).toBe('in_progress');
    expect(begun.plan.length).toBeGreaterThanOrEqual(3);
    expect(begun.plan.map((step) => step.status).slice(0, 2)).toEqual(['completed', 'pending']);
    expect(begun.current_step).toBe(1);

    const done = await client.runAll(created.id);
    expect(done).toMatchObject({ status: 'completed', error: null, current_step: null });
    expect(done.plan.every((step) => step.status === 'completed' && step.attempts === 1 && step.commit)).toBe(true);
    expect((await client.logs(created.id)).length).toBeGreaterThan(done.plan.length);
    expect(await client.getTask(created.id)).toEqual(done);
  });

  test('the built page can be opened, and its scripts have an origin of their own', async () => {
    const { id } = await client.createTask('build a landing page with a contact form');
    await client.runAll(id);
    const { url } = (await (await client.call('GET', `/tasks/${id}/preview`)).json()) as { url: string };
    const page = await fetch(product.url + url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts/);
    expect(await page.text()).toContain('<form');
    expect((await fetch(`${product.url}/preview/${'x'.repeat(32)}/`)).status).toBe(404);
  });

  test('run-async: the job goes from queued to succeeded, its result is the finished task', async () => {
    const { id } = await client.createTask('say hello world');
    const { job_id } = await client.runAsync(id);
    expect(['queued', 'started', 'succeeded']).toContain((await client.jobStatus(id, job_id)).status);
    await client.ended(id);
    const job = await client.jobStatus(id, job_id);
    expect(job.status).toBe('succeeded');
    expect(job.result).toMatchObject({ id, status: 'completed' });
  });

  test('two runs at once: one is refused with 409', async () => {
    const { id } = await client.createTask('a command line tool that counts words');
    const statuses = await Promise.all([
      client.call('POST', `/tasks/${id}/run-async`),
      client.call('POST', `/tasks/${id}/run-async`),
    ]);
    expect(statuses.map((response) => response.status).sort()).toEqual([202, 409]);
    await client.ended(id);
    const again = await client.call('POST', `/tasks/${id}/run`);
    expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([409, 'TASK_ENDED']);
  });

  test('a vendor that is not there: 503 with what to do, and the task can be run again', async () => {
    const response = await client.call('POST', '/tasks', { type: 'build', goal: 'a page', agent_mode: 'claude' });
    const { id } = (await response.json()) as { id: string };
    const run = await client.call('POST', `/tasks/${id}/run`);
    const problem = (await run.json()) as { code: string; detail: string; request_id: string };
    expect([run.status, problem.code]).toEqual([503, 'AI_UNAVAILABLE']);
    expect(problem.detail).toMatch(/^AI service unavailable/);
    expect(await client.getTask(id)).toMatchObject({ status: 'waiting', waiting_for: 'input', error: problem.detail });
    expect((await client.call('POST', `/tasks/${id}/run`)).status).toBe(503);
  });
});

describe('watching live', () => {
  test('a tab that joins late gets exactly seq 1..n, as one that was there from the start', async () => {
    const { id } = await client.createTask('a to-do app');
    const early = client.connect();
    const late = client.connect();
    try {
      const seenEarly = collect(early, id, 0);
      await client.runAsync(id);
      await eventually(() => seenEarly.some((event) => event.event_type === 'step_completed'));
      const seenLate = collect(late, id, 0);
      const { seq } = await client.ended(id);
      await eventually(() => seenEarly.length >= seq && seenLate.length >= seq);
      expect(seenEarly.map((event) => event.seq)).toEqual(oneTo(seq));
      expect(seenLate).toEqual(seenEarly);
      expect(await client.events(id)).toEqual(seenEarly);
      const types = seenEarly.map((event) => event.event_type);
      expect(types[0]).toBe('task_created');
      expect(types.at(-1)).toBe('task_completed');
    } finally {
      early.close();
      late.close();
    }
  });
});
