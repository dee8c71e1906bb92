// What the tasks of a project may cost together.
import { taskForked } from '@builder-ai/contracts/events/task-forked';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { checkRuns } from '../src/doctor/check-runs.ts';
import { ALL, type ControlledRun, givenControlledRun, twoSteps } from './given-controlled-run.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';

const TEAM = { 'project-1': 'owner' } as const;

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

type Role = 'viewer' | 'editor' | 'owner';

const asMember = (role: Role) => service.headersFor('member', { 'project-1': role });

async function read(headers: Record<string, string>, id = 'project-1') {
  return request(service.app).get(`/projects/${id}/budget`).set(headers);
}

async function change(body: object, id = 'project-1', headers?: Record<string, string>) {
  const who = headers ?? (await service.headersFor(OWNER, TEAM));
  return request(service.app).patch(`/projects/${id}/budget`).set(who).send(body);
}

const NOTHING = {
  project_id: 'project-1',
  cap_micro_usd: null,
  default_task_cap_micro_usd: null,
  reserved_micro_usd: 0,
  spent_micro_usd: 0,
};

describe('GET /projects/:id/budget', () => {
  test('200: for whoever is in the project, before anything was spent too', async () => {
    for (const role of ['viewer', 'editor', 'owner'] as const) {
      const { status, body } = await read(await asMember(role));
      expect([status, body]).toEqual([200, NOTHING]);
    }
    // A personal project has its user's id.
    expect((await read(await service.headersFor('member'), 'member')).status).toBe(200);
  });

  test('404: for everybody else; 401: without identity', async () => {
    const { status, body } = await read(await service.headersFor('stranger'));
    expect([status, body.code]).toEqual([404, 'PROJECT_NOT_FOUND']);
    expect((await read({})).status).toBe(401);
  });
});

describe('PATCH /projects/:id/budget', () => {
  test('200: a cap and a default are set, changed and taken away, each by itself', async () => {
    expect((await change({ cap_micro_usd: 5 })).body).toEqual({ ...NOTHING, cap_micro_usd: 5 });
    const both = { ...NOTHING, cap_micro_usd: 5, default_task_cap_micro_usd: 2 };
    expect((await change({ default_task_cap_micro_usd: 2 })).body).toEqual(both);
    expect((await change({ cap_micro_usd: null })).body).toEqual({ ...both, cap_micro_usd: null });
    expect((await read(await asMember('viewer'))).body).toEqual({ ...both, cap_micro_usd: null });
  });

  test('403: for members who do not own it; 404: for everybody else; 401: without identity', async () => {
    for (const role of ['viewer', 'editor'] as const)
      expect((await change({ cap_micro_usd: 5 }, 'project-1', await asMember(role))).status).toBe(403);
    expect((await change({ cap_micro_usd: 5 }, 'project-2')).body.code).toBe('PROJECT_NOT_FOUND');
    expect((await change({ cap_micro_usd: 5 }, 'project-1', {})).status).toBe(401);
    expect((await read(await asMember('owner'))).body).toEqual(NOTHING);
  });

  test.each([{}, { cap_micro_usd: -1 }, { cap_micro_usd: 1.5 }, { cap_micro_usd: '1' }, { cap: 1 }])(
    '400: %j',
    async (body) => {
      expect((await change(body)).status).toBe(400);
    },
  );
});

describe('a task of a project with a cap', () => {
  test('waits when it does not hold the next call, and is asked to go on when it is raised; nothing is asked again', async () => {
    await change({ cap_micro_usd: 100_000 }, OWNER);
    run = await givenControlledRun(service, twoSteps);
    await run.run({ until: 'end' });
    const waiting = await run.hears('run.waiting');
    expect(waiting?.data).toMatchObject({ waiting_for: 'budget' });
    expect(waiting?.data.reason).toContain('the budget of the project');
    await run.stands('idle');
    await change({ default_task_cap_micro_usd: 1 }, OWNER);
    expect((await run.events()).filter(({ type }) => type === 'task.run_requested')).toEqual([]);
    await change({ cap_micro_usd: 10_000_000 }, OWNER);
    expect((await run.hears('task.run_requested'))?.data).toEqual({ owner_id: OWNER, until: 'end' });
    await run.run({ job_id: 'job-2' });
    await run.hears('run.completed');
    expect(run.asked()).toEqual(ALL);
    // It waits for nothing any more.
    await change({ cap_micro_usd: 20_000_000 }, OWNER);
    expect((await run.events()).filter(({ type }) => type === 'task.run_requested')).toHaveLength(1);
  });

  test('counts there as it counts itself, to the micro-dollar, and the doctor sees when it does not', async () => {
    run = await givenControlledRun(service, twoSteps);
    await run.run();
    await run.hears('run.completed');
    await run.stands('ended');
    const spent = (await run.money())?.spent;
    expect(spent).toBeGreaterThan(0);
    const { body } = await read(await service.headersFor(), OWNER);
    expect(body).toEqual({ ...NOTHING, project_id: OWNER, spent_micro_usd: spent });
    expect(await checkRuns(service.deps.db, null)).toEqual([]);
    await service.deps.db.query('update budgets set spent_micro_usd = spent_micro_usd - 1');
    expect(await checkRuns(service.deps.db, null)).toMatchObject([{ subject: OWNER, check: 'project-budget' }]);
  });

  test('two at once never reserve more than there is', async () => {
    const runs = await Promise.all([1, 2].map(() => givenControlledRun(service, twoSteps)));
    // As much as one of them needs at a time, and a little.
    await change({ cap_micro_usd: 330_000 }, OWNER);
    const db = service.deps.db;
    let most = 0;
    const watching = setInterval(async () => {
      const [row] = await db.query<{ taken: number }>(
        'select reserved_micro_usd + spent_micro_usd as taken from budgets',
      );
      most = Math.max(most, row?.taken ?? 0);
    }, 5);
    try {
      await Promise.all(runs.map((each) => each.run()));
      await eventually(async () => {
        const rows = await db.query(`select 1 from runs where state in ('ready', 'running')`);
        return rows.length === 0;
      });
    } finally {
      clearInterval(watching);
      await Promise.all(runs.map((each) => each.close()));
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(330_000);
  });
});

describe('the default cap of a project', () => {
  test('is that of a new task without one, which is told; a cap of its own comes before it', async () => {
    await change({ default_task_cap_micro_usd: 100_000 }, OWNER);
    run = await givenControlledRun(service, twoSteps);
    await run.run();
    expect((await run.hears('budget.applied'))?.data).toEqual({ cap_micro_usd: 100_000 });
    expect((await run.hears('run.waiting'))?.data.reason).toContain('more than the budget has left');
    await run.says('with-its-own', taskForked, { ...taskForked.sample, owner_id: OWNER, cap_micro_usd: 7 });
    await run.says('without', taskForked, { ...taskForked.sample, owner_id: OWNER, cap_micro_usd: null });
    const caps = await service.deps.db.query(`select task_id, cap_micro_usd as cap from runs where task_id like 'with%'
      order by task_id`);
    expect(caps).toEqual([
      { task_id: 'with-its-own', cap: 7 },
      { task_id: 'without', cap: 100_000 },
    ]);
  });

  test('of the installation is that of projects without one', async () => {
    service.deps.taskCap = 90_000;
    run = await givenControlledRun(service, twoSteps);
    await run.run();
    expect((await run.hears('budget.applied'))?.data).toEqual({ cap_micro_usd: 90_000 });
  });
});
