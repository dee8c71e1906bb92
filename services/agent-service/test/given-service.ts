// Dependencies of agent-service on a database and a workspace directory of their own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import type { Identity } from '@builder-ai/contracts/identity';
import { openDatabase } from '@builder-ai/platform/database';
import { newHealth } from '@builder-ai/platform/health';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { newOutbox } from '@builder-ai/platform/outbox';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { readPrompts } from '../src/agents/prompt.ts';
import { createApp } from '../src/app.ts';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { NO_MCP_TOOLS } from '../src/mcp/mcp-tools.ts';
import type { ModelRequest } from '../src/models/model.ts';
import { DEFAULT_ROLES } from '../src/models/model-choice.ts';
import { newTemplateModel } from '../src/models/template-model.ts';
import type { ClaimedRun } from '../src/runs/run.ts';
import type { RunSignals } from '../src/runs/run-signals.ts';
import { claimRun, makeReady } from '../src/runs/run-store.ts';
import type { Sandbox } from '../src/sandbox/sandbox.ts';

export type GivenService = Awaited<ReturnType<typeof givenService>>;

export const OWNER = 'owner-1';

export type GivenOptions = {
  /** The owners that task-service would name for tasks without a run. */
  tasks?: Record<string, string>;
  sandbox?: Sandbox | null;
};

export async function givenService({ tasks = {}, sandbox = null }: GivenOptions = {}) {
  const database = await openServiceDatabase('services/agent-service');
  const db = openDatabase({ url: database.url, name: 'test', logger: silentLogger });
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder workspaces '));
  const key = await openSigningKey(db);
  const issuer = newIdentityIssuer('gateway', key);
  const deps: Deps = {
    db,
    databaseUrl: database.url,
    workspaceRoot,
    sandbox,
    outbox: newOutbox('agent-service'),
    logger: silentLogger,
    health: newHealth([]),
    metrics: newMetrics('agent-service'),
    identity: newIdentityVerifier('agent-service', { gateway: key.jwks }),
    mcp: NO_MCP_TOOLS,
    models: { template: newTemplateModel() },
    roles: DEFAULT_ROLES,
    prompts: readPrompts(),
    defaultMode: null,
    taskCap: null,
    chatCap: 5_000_000,
    limits: { modelCalls: 500, minutes: 60, retrySeconds: 180 },
    taskService: {
      async find<T>(path: string) {
        const owner_id = tasks[path.split('/')[3] ?? ''];
        return (owner_id === undefined ? undefined : { owner_id }) as T | undefined;
      },
    },
    tellLive: () => {},
    wakeWorker: () => {},
    removeSoon: () => {},
  };
  return {
    deps,
    database,
    app: createApp(deps),
    headersFor: (userId = OWNER, projects?: Identity['projects']) => {
      const member = projects && { projects };
      const identity: Identity = { userId, kind: 'user', scopes: ['read', 'run', 'admin'], ...member };
      return issuer.headerFor('agent-service', identity);
    },
    async close() {
      await db.close();
      await database.drop();
      await rm(workspaceRoot, { recursive: true, force: true });
    },
  };
}

/** Signals that never come. */
export const undisturbed = (): RunSignals => ({
  handOver: new AbortController().signal,
  abort: new AbortController().signal,
  commandsWait: () => false,
});

/** A run that was requested and waits for a worker. */
export async function givenReadyRun(
  deps: Deps,
  taskId: string,
  change: Partial<typeof runRequested.sample> = {},
): Promise<void> {
  const command = { ...runRequested.sample, owner_id: OWNER, ...change };
  await deps.db.transaction((tx) => makeReady(tx, taskId, command, `preview-of-${taskId}`));
}

/** @throws when there is none to claim */
export async function claim(deps: Deps, holder = 'worker-1'): Promise<ClaimedRun> {
  const run = await claimRun(deps.db, holder);
  if (!run) throw new Error('There is no run to claim.');
  return run;
}

/** As if the worker had died: its lease is over. */
export async function expireLease(deps: Deps, taskId: string): Promise<void> {
  await deps.db.query(`update runs set lease_expires_at = clock_timestamp() - interval '1 second' where task_id = $1`, [
    taskId,
  ]);
}

/** The types of the events that were committed for a task, in order. */
export async function eventTypes(deps: Deps, taskId: string): Promise<string[]> {
  const rows = await deps.db.query<{ event: string }>('select event from outbox where key = $1 order by position', [
    taskId,
  ]);
  return rows.map((row) => JSON.parse(row.event).type);
}

/** Whether what came of each tool call of a run is recorded. */
export async function allIsKept(deps: Deps, taskId: string): Promise<boolean> {
  const ledger = await readLedger(deps.db, taskId);
  const finished = new Set(ledger.flatMap((row) => (row.kind === 'tool.finished' ? [row.call_id] : [])));
  return ledger.every((row) => row.kind !== 'tool.intended' || finished.has(row.call_id));
}

/** What a model that takes its time waits for: what came of the call before is recorded by then. */
export function untilKept(deps: Deps, taskId: string) {
  return async ({ signal }: Pick<ModelRequest, 'signal'>): Promise<void> => {
    await eventually(async () => signal.aborted || (await allIsKept(deps, taskId)));
    signal.throwIfAborted();
  };
}
