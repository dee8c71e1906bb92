// Dependencies of task-service on a database of their own, and what its tests say to it.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { type RunWaiting, runWaiting } from '@builder-ai/contracts/events/run-waiting';
import type { Identity, ServiceName } from '@builder-ai/contracts/identity';
import { newMemoryCache } from '@builder-ai/platform/cache/memory-cache';
import { type Database, openDatabase } from '@builder-ai/platform/database';
import { newHealth } from '@builder-ai/platform/health';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { newOutbox } from '@builder-ai/platform/outbox';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { PrismaPg } from '@prisma/adapter-pg';
import request from 'supertest';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/deps.ts';
import { PrismaClient } from '../src/generated/prisma/client.ts';
import { newJobWaiters } from '../src/jobs/job-waiters.ts';
import { newLoadOnce } from '../src/load-once.ts';
import { newTaskMaker } from '../src/tasks/task-maker.ts';
import { newAgent } from './given-agent.ts';

export type GivenService = Awaited<ReturnType<typeof givenService>>;

export const OWNER = 'owner-1';
export const STRANGER = 'owner-2';

type Caller = string | Identity;

/** The service on a fresh database. `replica()` is the same service again, on the same database. */
export async function givenService(change: Partial<Deps> = {}) {
  const database = await openServiceDatabase('services/task-service');
  const opened: Replica[] = [];
  const replica = async (ofReplica: Partial<Deps> = change) => {
    const added = await openReplica(database.url, ofReplica);
    opened.push(added);
    return added;
  };
  const first = await replica();
  return {
    ...first,
    database,
    replica,
    async close() {
      for (const each of opened) await each.close();
      await database.drop();
    },
  };
}

type Replica = Awaited<ReturnType<typeof openReplica>>;

async function openReplica(databaseUrl: string, change: Partial<Deps>) {
  const db = openDatabase({ url: databaseUrl, name: 'test', logger: silentLogger });
  const prisma = new PrismaClient({ adapter: new PrismaPg(db.pool) });
  const key = await openSigningKey(db);
  const metrics = newMetrics('task-service');
  const parts: Omit<Deps, 'makeTask'> = {
    db,
    prisma,
    metrics,
    outbox: newOutbox('task-service'),
    cache: newMemoryCache(),
    loadOnce: newLoadOnce(),
    waiters: newJobWaiters(db, silentLogger),
    runWaitMs: 20_000,
    runsPerProject: 1_000,
    logger: silentLogger,
    health: newHealth([]),
    buryOwnersSoon: () => {},
    counters: {
      created: metrics.counter('tasks_created_total', 'Created.'),
      completed: metrics.counter('tasks_completed_total', 'Completed.'),
      failed: metrics.counter('tasks_failed_total', 'Failed.'),
    },
    identity: newIdentityVerifier('task-service', { gateway: key.jwks, 'agent-service': key.jwks }),
    ...change,
  };
  const deps: Deps = { ...parts, makeTask: newTaskMaker(parts) };
  const app = createApp(deps);

  const headersFor = (caller: Caller = OWNER, audience: ServiceName = 'task-service', now?: () => number) => {
    const identity: Identity =
      typeof caller === 'string' ? { userId: caller, kind: 'user', scopes: ['read', 'run', 'admin'] } : caller;
    const issuer = identity.kind === 'service' ? (identity.userId as ServiceName) : 'gateway';
    return newIdentityIssuer(issuer, key, now).headerFor(audience, identity);
  };

  return {
    deps,
    app,
    headersFor,
    agent: newAgent(deps),
    async get(path: string, caller?: Caller) {
      return request(app)
        .get(path)
        .set(await headersFor(caller));
    },
    /** @param body sent as JSON; a text is sent as it is, labelled as JSON */
    async post(path: string, body?: object | string, headers: Record<string, string> = {}, caller?: Caller) {
      const sent = request(app)
        .post(path)
        .set({ ...(await headersFor(caller)), ...headers });
      if (body === undefined) return sent;
      return typeof body === 'string' ? sent.set('content-type', 'application/json').send(body) : sent.send(body);
    },
    async patch(path: string, body: object, headers: Record<string, string> = {}) {
      return request(app)
        .patch(path)
        .set({ ...(await headersFor()), ...headers })
        .send(body);
    },
    async delete(path: string, caller?: Caller) {
      return request(app)
        .delete(path)
        .set(await headersFor(caller));
    },
    async close() {
      deps.waiters.close();
      await prisma.$disconnect();
      await db.close();
    },
  };
}

/** Creates a task over HTTP. @returns its id */
export async function givenTask(
  service: Pick<Replica, 'post'>,
  change: Record<string, unknown> = {},
  owner = OWNER,
): Promise<string> {
  const { status, body } = await service.post('/tasks', { type: 'build', goal: 'a page', ...change }, {}, owner);
  if (status !== 200) throw new Error(`POST /tasks answered ${status}: ${JSON.stringify(body)}`);
  return body.id;
}

/** A task whose run has begun, with a plan. @returns its id and the id of its job */
export async function givenRunningTask(
  service: Pick<Replica, 'post' | 'agent'>,
  steps: string[] = ['Write the page', 'Check the page'],
): Promise<{ id: string; jobId: string }> {
  const id = await givenTask(service);
  const jobId = (await service.post(`/tasks/${id}/run-async`)).body.job_id as string;
  await service.agent.says(id, runStarted, { job_id: jobId, agent: 'template' });
  await service.agent.plans(id, steps);
  return { id, jobId };
}

/** The events of a task that were committed for one topic, in the order of their numbers. */
export async function findOutboxEvents(db: Database, topic: EventDefinition<unknown>['topic'], taskId: string) {
  const rows = await db.query<{ no: number; event: string }>(
    'select no, event from outbox where topic = $1 and key = $2 order by no',
    [topic, taskId],
  );
  return rows.map(({ no, event }) => ({ no, ...JSON.parse(event) }));
}

/** A task whose run waits for its user. */
export async function givenWaitingTask(
  service: Pick<Replica, 'post' | 'agent'>,
  waiting: Omit<RunWaiting, 'job_id' | 'reason'>,
  steps?: string[],
): Promise<string> {
  const { id, jobId } = await givenRunningTask(service, steps);
  await service.agent.says(id, runWaiting, { job_id: jobId, reason: 'It waits.', ...waiting });
  return id;
}
