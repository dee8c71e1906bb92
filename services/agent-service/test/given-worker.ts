// A worker that drives runs as the service does, and commands that reach it as the bus would bring them.
import type { EventDefinition } from '@builder-ai/contracts/event';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { applyMessage } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { startRunWorker } from '../src/runs/run-worker.ts';

export type Told = { type: string; data: Record<string, unknown> };

export function givenWorker(given: Deps, databaseUrl: string) {
  const deps: Deps = { ...given, wakeWorker: () => worker.wake() };
  const worker = startRunWorker({
    db: deps.db,
    databaseUrl,
    logger: silentLogger,
    concurrency: 4,
    execute: (run, signals) => executeRun(deps, run, silentLogger, signals),
    stopGraceMs: 100,
  });
  const numbers = new Map<string, number>();

  function message<Data>(task: string, definition: EventDefinition<Data>, data: Data): BusMessage {
    const runseq = (numbers.get(task) ?? 0) + 1;
    numbers.set(task, runseq);
    const envelope = { ...toEnvelope('task-service', definition, data, { key: task }), runseq };
    return { topic: definition.topic, key: task, value: JSON.stringify(envelope) };
  }

  async function says<Data>(task: string, definition: EventDefinition<Data>, data: Data): Promise<void> {
    const inbox = { name: 'agent-service' as const, bus: undefined as never, db: deps.db, deps, logger: silentLogger };
    await applyMessage({ ...inbox, consumers: eventConsumers }, message(task, definition, data));
  }

  async function eventsOf(task: string): Promise<Told[]> {
    const rows = await deps.db.query<{ event: string }>('select event from outbox where key = $1 order by no', [task]);
    return rows.map(({ event }) => JSON.parse(event) as Told);
  }

  return {
    deps,
    message,
    says,
    eventsOf,
    ledgerOf: (task: string) => readLedger(deps.db, task),
    /** The newest event of a type, once there are so many of it. */
    hears: (task: string, type: string, count = 1) =>
      eventually(async () => {
        const found = (await eventsOf(task)).filter((event) => event.type === type);
        return found.length >= count ? found[count - 1] : undefined;
      }),
    async moneyOf(task: string) {
      const [run] = await deps.db.query<{ state: string; spent: number; reserved: number }>(
        'select state, spent_micro_usd as spent, reserved_micro_usd as reserved from runs where task_id = $1',
        [task],
      );
      return run;
    },
    close: () => worker.close(),
  };
}

export type GivenWorker = ReturnType<typeof givenWorker>;
