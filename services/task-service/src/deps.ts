import type { Cache } from '@builder-ai/platform/cache/cache';
import type { Database } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import type { ServiceAppDeps } from '@builder-ai/platform/service-app';
import type { Counter } from 'prom-client';
import type { PrismaClient } from './generated/prisma/client.ts';
import type { JobWaiters } from './jobs/job-waiters.ts';
import type { LoadOnce } from './load-once.ts';
import type { TaskMaker } from './tasks/task-maker.ts';

/** Everything this service's endpoints and consumers work with; built in compose.ts only. */
export type Deps = ServiceAppDeps & {
  db: Database;
  prisma: PrismaClient;
  cache: Cache;
  loadOnce: LoadOnce;
  outbox: Outbox;
  makeTask: TaskMaker;
  waiters: JobWaiters;
  runWaitMs: number;
  /** How many runs of a project may be queued or under way. */
  runsPerProject: number;
  /** Tasks of a project or user that is gone may be there to be deleted. */
  buryOwnersSoon: () => void;
  counters: { created: Counter; completed: Counter; failed: Counter };
};
