// agent-service's own engine in this process, as its compose.ts builds it, without HTTP: what a run costs there.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { openDatabase } from '@builder-ai/platform/database';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { newHealth } from '@builder-ai/platform/health';
import { newIdentityIssuer, newIdentityVerifier } from '@builder-ai/platform/identity';
import { applyMessage } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { newMetrics } from '@builder-ai/platform/metrics';
import { migrate } from '@builder-ai/platform/migrate';
import { newId } from '@builder-ai/platform/new-id';
import { newOutbox } from '@builder-ai/platform/outbox';
import { startOutboxRelay } from '@builder-ai/platform/outbox-relay';
import { newServiceClient } from '@builder-ai/platform/service-client';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { readPrompts } from '../services/agent-service/src/agents/prompt.ts';
import { MIGRATIONS } from '../services/agent-service/src/compose.ts';
import { eventConsumers } from '../services/agent-service/src/consumers.ts';
import type { Deps } from '../services/agent-service/src/deps.ts';
import { NO_MCP_TOOLS } from '../services/agent-service/src/mcp/mcp-tools.ts';
import type { Model } from '../services/agent-service/src/models/model.ts';
import { DEFAULT_ROLES } from '../services/agent-service/src/models/model-choice.ts';
import { executeRun } from '../services/agent-service/src/runs/execute-run.ts';
import { type RunWorker, startRunWorker } from '../services/agent-service/src/runs/run-worker.ts';
import { voidBus } from './void-bus.ts';

export type RunEngine = {
  /** Hands in `run.requested` as the bus would; resolves when the run has ended and its worker has let it go. */
  run(): Promise<void>;
  close(): Promise<void>;
};

export type RunEngineOptions = { databaseUrl: string; connections: number; concurrency: number; model: Model };

const NAME = 'agent-service';

export async function openRunEngine({
  databaseUrl,
  connections,
  concurrency,
  model,
}: RunEngineOptions): Promise<RunEngine> {
  await migrate({ databaseUrl, directory: MIGRATIONS });
  const logger = silentLogger;
  const db = openDatabase({ url: databaseUrl, name: NAME, logger, max: connections });
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder-bench-runs-'));
  const signingKey = await openSigningKey(db);
  const outbox = newOutbox(NAME);
  let worker: RunWorker | undefined;
  const deps: Deps = {
    db,
    databaseUrl,
    outbox,
    logger,
    signingKey,
    workspaceRoot,
    health: newHealth([]),
    metrics: newMetrics(NAME),
    sandbox: null,
    mcp: NO_MCP_TOOLS,
    models: { template: model },
    cast: () => ({ planner: model, builder: model }),
    roles: DEFAULT_ROLES,
    prompts: readPrompts(),
    defaultMode: null,
    taskCap: null,
    chatCap: 5_000_000,
    limits: { modelCalls: 500, minutes: 60, retrySeconds: 180 },
    taskService: newServiceClient(NAME, newIdentityIssuer(NAME, signingKey), 'task-service', 'http://127.0.0.1:9'),
    identity: newIdentityVerifier(NAME, { gateway: signingKey.jwks }),
    tellLive: () => {},
    wakeWorker: () => worker?.wake(),
    removeSoon: () => {},
  };
  const relay = startOutboxRelay({ db, bus: voidBus, outbox, logger });
  const ended = new Map<string, { resolve(): void; reject(error: unknown): void }>();
  worker = startRunWorker({
    db,
    databaseUrl,
    logger,
    concurrency,
    async execute(run, signals) {
      const waiting = ended.get(run.task_id);
      ended.delete(run.task_id);
      await executeRun(deps, run, logger, signals).then(waiting?.resolve, (error: unknown) => {
        waiting?.reject(error);
        throw error;
      });
    },
  });
  const inbox = { name: NAME, bus: voidBus, db, deps, logger, consumers: eventConsumers } as const;
  return {
    async run() {
      const id = newId();
      const data = { ...runRequested.sample, job_id: newId() };
      const envelope = { ...toEnvelope('task-service', runRequested, data, { key: id }), runseq: 1 };
      const end = new Promise<void>((resolve, reject) => {
        ended.set(id, { resolve, reject });
      });
      await applyMessage(inbox, { topic: runRequested.topic, key: id, value: JSON.stringify(envelope) });
      await end;
    },
    async close() {
      await worker?.close();
      await relay.close();
      await db.close();
      await rm(workspaceRoot, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
