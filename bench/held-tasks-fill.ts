// Tasks to be held: ten are made as users and agents make them, through the endpoint and the consumers; the others are
// copies of these rows, with ids and times of their own, as ten thousand tasks of three steps would have left them.
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import { toolCalled } from '@builder-ai/contracts/events/tool-called';
import { toolFinished } from '@builder-ai/contracts/events/tool-finished';
import type { Task } from '@builder-ai/contracts/task';
import { newAgent } from '../services/task-service/test/given-agent.ts';
import type { TaskStack } from './task-stack.ts';

/** Owners. */
export const MANY = 'owner-of-many';
export const FEW = 'owner-of-few';

const MADE = 10;
const STEPS = ['Set the project up', 'Write the page and its form', 'Check the page'];
const CALLS_PER_STEP = 3;

/** @param counts how many tasks each owner is to have, at least ten; the first one's are made, the others copied */
export async function fillWithTasks(stack: TaskStack, counts: Record<string, number>): Promise<void> {
  const { db } = stack.deps;
  const owners = Object.entries(counts);
  const [first] = owners[0] as [string, number];
  for (let task = 0; task < MADE; task += 1) await makeTask(stack, first);
  for (const [owner, count] of owners) {
    const copies = owner === first ? count - MADE : count;
    if (copies === 0) continue;
    await db.transaction(async (tx) => {
      // Ten thousand tasks have half a million entries.
      await tx.query('set local statement_timeout = 0');
      await tx.query(COPY, [first, owner, copies, MADE]);
    });
  }
  await db.query('vacuum analyze');
}

/** A task of three steps of three calls each, which is completed. */
async function makeTask({ deps, url, headersFor }: TaskStack, owner: string): Promise<void> {
  const headers = { ...(await headersFor(owner)), 'content-type': 'application/json' };
  const post = async <T>(path: string, body?: object) => {
    const response = await fetch(url + path, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  const agent = newAgent(deps);
  const { id } = await post<Task>('/tasks', { type: 'build', goal: 'build a landing page with a contact form' });
  const { job_id } = await post<{ job_id: string }>(`/tasks/${id}/run-async`);
  await agent.says(id, runStarted, { job_id, agent: 'claude' });
  await agent.plans(id, STEPS);
  for (const step of STEPS.keys()) {
    for (let call = 1; call <= CALLS_PER_STEP; call += 1) {
      const tool = { call_id: `${step}.1.${call}`, step, tool: 'run_command' };
      await agent.says(id, toolCalled, { ...tool, agent: 'claude', summary: 'npm test', attempt: 1 });
      await agent.says(id, toolFinished, { ...tool, ok: true, output: 'ok\n'.repeat(100) });
      await agent.says(id, logAdded, { level: 'info', agent: 'claude', step, message: 'ok\n'.repeat(100) });
    }
    await agent.makesStep(id, step, step + 1 < STEPS.length ? step + 1 : null);
    await agent.says(id, messageAdded, { role: 'assistant', agent: 'claude', content: 'The step is done.' });
  }
  await agent.completes(id, job_id);
}

// $1 whose tasks are copied, $2 for whom, $3 how many, $4 how many there are to copy. Each is a minute older than the
// one before it. Nothing of the outbox and the inbox is copied: nothing that is read here looks at them.
const COPY = `with made as (
    select id, row_number() over (order by id) as nth from (
      select id from tasks where owner_id = $1 order by id limit $4
    ) first
  ), copies as materialized (
    select n, gen_random_uuid()::text as new_id, made.id as old_id
    from generate_series(1, $3::int) n join made on made.nth = 1 + n % $4::int
  ), tasks_copied as (
    insert into tasks select copied.*
    from copies c join tasks t on t.id = c.old_id, jsonb_populate_record(t, jsonb_build_object('id', c.new_id,
      'owner_id', $2::text, 'created_at', t.created_at - c.n * interval '1 minute',
      'updated_at', t.updated_at - c.n * interval '1 minute')) copied
  ), jobs_copied as (
    insert into jobs select copied.*
    from copies c join jobs j on j.task_id = c.old_id, jsonb_populate_record(j, jsonb_build_object(
      'id', gen_random_uuid(), 'task_id', c.new_id, 'owner_id', $2::text)) copied
  )
  insert into timeline (task_id, seq, event_id, event_type, timestamp, step, data)
  select c.new_id, l.seq, gen_random_uuid()::text, l.event_type, l.timestamp - c.n * interval '1 minute', l.step, l.data
  from copies c join timeline l on l.task_id = c.old_id`;
