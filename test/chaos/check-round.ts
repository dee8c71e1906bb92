// What must be true after a round, from what clients saw and what the databases hold. Violations are sentences.
import { setTimeout as delay } from 'node:timers/promises';
import type { Task, TaskEvent, WorkspaceFile } from '@builder-ai/contracts/task';
import { examine, type ServiceDatabases } from '@builder-ai/local/examine';
import { checkDeleted } from './check-deleted.ts';
import type { Deletion } from './deletion.ts';
import type { Load } from './load.ts';
import type { Outside } from './outside.ts';
import type { PatientClient } from './patient-client.ts';
import type { ProviderCall } from './provider.ts';
import { wordOf } from './steering.ts';
import type { Subscriber } from './subscriber.ts';

export type RoundFacts = {
  client: PatientClient;
  databases: ServiceDatabases;
  /** The tasks that were acknowledged and that nobody has deleted. */
  acknowledged: readonly string[];
  /** Those of them that go on with what another task had. */
  forks: readonly string[];
  steered: Load['steered'];
  deletions: readonly Deletion[];
  /** Where workspaces are. */
  home: string;
  subscribers: readonly Subscriber[];
  /** What the provider was asked since the round began. */
  calls(): readonly ProviderCall[];
  /** Counts the calls that reach a tool which is no part of the product. */
  outside: Outside;
  /** The files of an undisturbed run, and how many model calls and calls outside it made. */
  expected: { walk: Record<string, string>; calls: number; outsideCalls: number };
  /** Processes that were killed, stopped, paused or cut off. */
  disturbances: number;
};

const SETTLE_MS = 30_000;

export async function checkRound(facts: RoundFacts): Promise<string[]> {
  const violations: string[] = [];
  for (const id of facts.acknowledged) violations.push(...(await checkTask(facts, id)));
  violations.push(...(await checkDeleted(facts)));
  violations.push(...(await checkLedgers(facts)));
  violations.push(...(await checkAtRest(facts)));
  return violations;
}

async function checkTask(facts: RoundFacts, id: string): Promise<string[]> {
  const { client, disturbances } = facts;
  const { body: task } = await client.request<Task>('GET', `/tasks/${id}`);
  const found: string[] = [];
  const say = (text: string) => found.push(`task ${id}: ${text}`);
  if (task.status !== 'completed') say(`ended as ${task.status}: ${task.error}`);
  const events = await readEvents(client, id, task.seq);
  const seqs = events.map(({ seq }) => seq);
  if (!isOneTo(seqs, task.seq)) say(`its events are ${shorten(seqs)}, not 1 to ${task.seq}`);
  const watched = facts.subscribers.find(({ taskId }) => taskId === id);
  if (watched && !(await eventuallyWhole(watched.seqs, task.seq)))
    say(`its subscriber saw ${shorten(watched.seqs)}, not 1 to ${task.seq}`);
  const steps = events.filter(({ event_type }) => event_type === 'step_completed').map(({ data }) => data.index);
  if (new Set(steps).size !== steps.length) say(`a step was completed twice: ${steps.join(' ')}`);
  const attempts = events
    .filter(({ event_type }) => event_type === 'tool_called')
    .map(({ data }) => Number(data.attempt ?? 1));
  if (Math.max(...attempts) > 1 + disturbances) say(`a call was made ${Math.max(...attempts)} times`);
  const wasSpokenTo = facts.steered.some((each) => each.id === id && each.kind === 'spoken to');
  const words = events.filter(({ data }) => data.role === 'user').map(({ data }) => data.content);
  if (words.join() !== (wasSpokenTo ? wordOf(task.goal) : '')) say(`its user has said ${JSON.stringify(words)}`);
  const times = facts.outside.timesOf(task.goal);
  const { outsideCalls } = facts.expected;
  // What a fork's parent has called, it does not call again.
  if (facts.forks.includes(id) ? times.length > outsideCalls : times.length !== outsideCalls)
    say(`${times.length} of its calls came to the outside, not ${outsideCalls}`);
  if (Math.max(0, ...times) > 1 + disturbances) say(`a call came to the outside ${Math.max(...times)} times`);
  const walk = await walkOf(client, id);
  for (const [path, content] of Object.entries(facts.expected.walk))
    if (walk[path] !== content) say(`${path} is ${JSON.stringify(walk[path])}, not ${JSON.stringify(content)}`);
  for (const path of Object.keys(walk)) if (!(path in facts.expected.walk)) say(`${path} should not be there`);
  return found;
}

/** A recorded answer is never paid twice: what was asked again was in flight when its worker went. */
async function checkLedgers({
  databases,
  acknowledged,
  forks,
  steered,
  calls,
  expected,
}: RoundFacts): Promise<string[]> {
  const db = databases['agent-service'];
  const all = calls();
  const found: string[] = [];
  type Counted = { task_id: string; goal: string; answered: number; unknown: number; failed: number; late: number };
  // What a fork took along has no epoch of its own.
  const rows = await db.query<Counted>(
    `select runs.task_id, goal,
       count(*) filter (where kind = 'model.answered' and ledger.epoch > 0) as answered,
       count(*) filter (where kind = 'model.unknown' and ledger.epoch > 0) as unknown,
       count(*) filter (where kind = 'model.failed' and ledger.epoch > 0) as failed,
       (select count(*) from (
          select epoch, lag(epoch) over (order by no) as before from ledger l where l.task_id = runs.task_id
        ) pairs where epoch < before) as late
     from runs join ledger on ledger.task_id = runs.task_id
     where runs.task_id = any($1) group by runs.task_id, goal`,
    [acknowledged],
  );
  for (const { task_id, goal, answered, unknown, failed, late } of rows) {
    if (late > 0) found.push(`task ${task_id}: ${late} ledger rows of an older epoch came after a newer one`);
    const asked = all.filter((call) => call.goal === goal).length;
    // A fork has what its parent was answered; who retries a step asks for all of it anew.
    const wasRetried = steered.some(({ id, kind }) => id === task_id && kind === 'retried');
    const least = wasRetried || forks.includes(task_id) ? answered : expected.calls;
    const most = least + unknown + failed;
    if (asked < least || asked > most)
      found.push(`task ${task_id}: the provider was asked ${asked} times; ${least} to ${most} are accounted for`);
  }
  return found;
}

/** `npm run doctor` finds nothing when everything has come to rest. */
async function checkAtRest({ databases }: RoundFacts): Promise<string[]> {
  // The workspaces of this round were walked through above; those of all rounds before need not be read again.
  const options = { rebuild: false, workspaceRoot: '', say: () => {} };
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const findings = await examine(databases, options);
    if (findings.length === 0) return [];
    if (performance.now() > deadline)
      return findings.map(({ service, check, subject, detail }) => `doctor: ${service} ${check} ${subject}: ${detail}`);
    await delay(500);
  }
}

export async function walkOf(client: PatientClient, id: string): Promise<Record<string, string>> {
  const { body: files } = await client.request<WorkspaceFile[]>('GET', `/tasks/${id}/files`);
  const walk: Record<string, string> = {};
  for (const { path, type, mode } of files)
    walk[path] = `${type} ${mode} ${type === 'file' ? await client.text(`/tasks/${id}/files/${path}`) : ''}`;
  return walk;
}

/** Its last events may still be on their way. */
async function readEvents(client: PatientClient, id: string, lastSeq: number): Promise<TaskEvent[]> {
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const { body } = await client.request<TaskEvent[]>('GET', `/tasks/${id}/events?limit=1000`);
    if (body.length >= lastSeq || performance.now() > deadline) return body;
    await delay(100);
  }
}

async function eventuallyWhole(seqs: readonly number[], last: number): Promise<boolean> {
  const deadline = performance.now() + SETTLE_MS;
  while (seqs.length < last && performance.now() < deadline) await delay(100);
  return isOneTo(seqs, last);
}

const isOneTo = (seqs: readonly number[], last: number) =>
  seqs.length === last && seqs.every((seq, index) => seq === index + 1);

function shorten(seqs: readonly number[]): string {
  const odd = seqs.findIndex((seq, index) => seq !== index + 1);
  const from = Math.max(0, odd - 3);
  return odd < 0 ? `1 to ${seqs.length}` : `… ${seqs.slice(from, odd + 4).join(' ')} … (${seqs.length} in all)`;
}
