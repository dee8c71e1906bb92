// What must be true of the tasks that their user has deleted: nothing of them is left, who watched was told, nothing is spent on
// them any more. That nobody else's is gone is what check-round.ts says of those that were kept.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import type { RoundFacts } from './check-round.ts';
import type { Deletion } from './deletion.ts';

/** What is written by a worker that was paused when its run was removed goes within half a minute after that. */
const GONE_LIMIT_MS = 75_000;
/** A worker that was still driving a run would have asked its provider again by then. */
const STILL_MS = 3_000;

export async function checkDeleted(facts: RoundFacts): Promise<string[]> {
  const found: string[] = [];
  const deadline = performance.now() + GONE_LIMIT_MS;
  for (const deletion of facts.deletions) {
    let left = await findLeft(facts, deletion);
    while (left.length > 0 && performance.now() < deadline) {
      await delay(250);
      left = await findLeft(facts, deletion);
    }
    found.push(...left.map((text) => `task ${deletion.id}, deleted (${deletion.kind}): ${text}`));
  }
  found.push(...(await checkList(facts)), ...(await checkSpending(facts)));
  return found;
}

const PARTS = ['', '/events', '/logs', '/files', '/files/part-1/1.txt', '/archive', '/usage', '/diff', '/recording'];

/** What there is of it that should not be. */
async function findLeft(facts: RoundFacts, { id }: Deletion): Promise<string[]> {
  const { client, databases, subscribers, home } = facts;
  const left: string[] = [];
  for (const part of [...PARTS, '/preview']) {
    const status = await client.status(`/tasks/${id}${part}`);
    if (status !== 404) left.push(`GET /tasks/:id${part} answers ${status}`);
  }
  const subscriber = subscribers.find(({ taskId }) => taskId === id);
  if (subscriber?.lastType() !== 'task_deleted' && !subscriber?.isRefused())
    left.push(`who watches it was not told; the last they know is ${subscriber?.lastType()}`);
  const seqs = subscriber?.seqs ?? [];
  if (seqs.some((seq, index) => seq <= (seqs[index - 1] ?? 0))) left.push(`its events came as ${seqs.join(' ')}`);
  if (existsSync(join(home, 'workspaces', id))) left.push('its workspace is there');
  for (const [service, what, sql] of LEFT_ROWS) {
    const rows = await databases[service].query(sql, [id]);
    if (rows.length > 0) left.push(`${service} has ${what}: ${JSON.stringify(rows[0])}`);
  }
  return left;
}

// Of each the sentence that finds what should not be there; a run's own row stays, with what it has spent.
const LEFT_ROWS = [
  ['agent-service', 'rows of its ledger', 'select no, kind from ledger where task_id = $1 limit 1'],
  ['agent-service', 'commands', 'select * from commands where task_id = $1 limit 1'],
  ['agent-service', 'told events', 'select key from told_events where key = $1 limit 1'],
  [
    'agent-service',
    'a run that was not removed',
    `select state, removed_at, goal, reserved_micro_usd from runs where task_id = $1
     and (state <> 'ended' or removed_at is null or goal <> '' or reserved_micro_usd <> 0 or ledger_no <> 0)`,
  ],
  ['agent-service', 'no run of it', 'select 1 where not exists (select 1 from runs where task_id = $1)'],
  ['task-service', 'a timeline', 'select seq, event_type from timeline where task_id = $1 limit 1'],
  [
    'task-service',
    'a row that says more than that it was',
    `select * from tasks where id = $1 and (deleted_at is null or title <> '' or goal <> '' or plan::text <> '[]'
       or logs::text <> '[]' or messages::text <> '[]' or error is not null or collaboration_log is not null)`,
  ],
  ['task-service', 'a job', `select status from jobs where task_id = $1 and status in ('queued', 'started')`],
  [
    'notification-service',
    'entries of its feed',
    `select seq, event_type from feed where task_id = $1 and event_type <> 'task_deleted' limit 1`,
  ],
  ['notification-service', 'what was told of it', 'select kind from notifications where task_id = $1 limit 1'],
] as const;

/** The newest tasks: those that were kept, and none that was deleted. */
async function checkList({ client, acknowledged, deletions }: RoundFacts): Promise<string[]> {
  const { body } = await client.request<Task[]>('GET', '/tasks?limit=100');
  const listed = new Set(body.map(({ id }) => id));
  const lost = acknowledged.filter((id) => !listed.has(id));
  const shown = deletions.filter(({ id }) => listed.has(id));
  return [
    ...lost.map((id) => `task ${id} was kept, and is not in the list`),
    ...shown.map(({ id }) => `task ${id} was deleted, and is in the list`),
  ];
}

/** No provider is asked, and nothing counted, of what was removed. */
async function checkSpending(facts: RoundFacts): Promise<string[]> {
  if (facts.deletions.length === 0) return [];
  const before = await readSpending(facts);
  await delay(STILL_MS);
  const after = await readSpending(facts);
  return facts.deletions.flatMap(({ id }, index) =>
    before[index] === after[index]
      ? []
      : [`task ${id} was deleted, and goes on: ${before[index]}, then ${after[index]}`],
  );
}

async function readSpending({ databases, deletions, calls }: RoundFacts): Promise<string[]> {
  const rows = await databases['agent-service'].query<{ task_id: string; spent: number }>(
    'select task_id, spent_micro_usd as spent from runs where task_id = any($1)',
    [deletions.map(({ id }) => id)],
  );
  const asked = calls();
  return deletions.map(({ id, goal }) => {
    const spent = rows.find(({ task_id }) => task_id === id)?.spent;
    return `${asked.filter((call) => call.goal === goal).length} calls, ${spent} micro-dollars`;
  });
}
