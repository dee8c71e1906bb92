// Every check of `npm run doctor`, service by service and across them; puts projections right where that was asked for.
import { existsSync } from 'node:fs';
import { checkRuns } from '@builder-ai/agent-service/doctor/check-runs';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { checkFeed, readFeedHeads } from '@builder-ai/notification-service/doctor/check-feed';
import { rebuildFeed } from '@builder-ai/notification-service/doctor/rebuild-feed';
import type { Database } from '@builder-ai/platform/database';
import { type Finding, finder } from '@builder-ai/platform/doctor/finding';
import { newOutbox } from '@builder-ai/platform/outbox';
import { checkTasks } from '@builder-ai/task-service/doctor/check-tasks';
import { rebuildTask } from '@builder-ai/task-service/doctor/rebuild-task';
import { checkSpine } from './check-spine.ts';
import type { ServiceName } from './service-environments.ts';

export type ServiceDatabases = Record<ServiceName, Database>;

export type ExamineOptions = { rebuild: boolean; workspaceRoot: string; say: (text: string) => void };

/** @returns what is wrong; after a rebuild, what still is */
export async function examine(databases: ServiceDatabases, options: ExamineOptions): Promise<Finding[]> {
  const findings = await findAll(databases, options);
  const repairable = findings.filter((finding) => finding.repairable);
  if (!options.rebuild || repairable.length === 0) return findings;
  const subjects = new Set(repairable.map(({ check, subject }) => `${check} ${subject}`));
  for (const each of subjects) {
    const [check, taskId] = each.split(' ') as [string, string];
    if (check === 'projection') {
      const outbox = newOutbox('task-service');
      await rebuildTask({ db: databases['task-service'], outbox }, taskId);
      options.say(`Made anew from its timeline: task ${taskId}`);
    } else {
      await fillFeed(databases, taskId);
      options.say(`Made anew from its timeline: the feed of task ${taskId}`);
    }
  }
  return findAll(databases, options);
}

async function findAll(databases: ServiceDatabases, options: ExamineOptions): Promise<Finding[]> {
  const root = existsSync(options.workspaceRoot) ? options.workspaceRoot : null;
  if (!root) options.say(`The workspaces are not looked at: there is no ${options.workspaceRoot}`);
  const findings: Finding[] = [];
  for (const [name, db] of Object.entries(databases)) findings.push(...(await checkSpine(db, name)));
  findings.push(...(await checkTasks(databases['task-service'])));
  findings.push(...(await checkRuns(databases['agent-service'], root)));
  findings.push(...(await checkFeed(databases['notification-service'])));
  findings.push(...(await compareFeed(databases)));
  return findings;
}

/** A feed that is behind a timeline none of whose events is on its way has lost one. */
async function compareFeed(databases: ServiceDatabases): Promise<Finding[]> {
  const found = finder('notification-service', 'feed-behind', true);
  const heads = await readFeedHeads(databases['notification-service']);
  // Changed lately: the event may still be on its way.
  const tasks = await databases['task-service'].query<{ id: string; seq: number }>(
    `select id, seq from tasks where updated_at < clock_timestamp() - interval '10 seconds' and deleted_at is null`,
  );
  return tasks
    .filter(({ id, seq }) => (heads.get(id) ?? 0) < seq)
    .map(({ id, seq }) => found(id, `the timeline is at ${seq}, the feed at ${heads.get(id) ?? 0}`));
}

type TimelineRow = { event_id: string; seq: number; event_type: string; timestamp: Date; data: TaskEvent['data'] };

async function fillFeed(databases: ServiceDatabases, taskId: string): Promise<void> {
  const [task] = await databases['task-service'].query<{ owner_id: string }>(
    'select owner_id from tasks where id = $1',
    [taskId],
  );
  if (!task) return;
  const rows = await databases['task-service'].query<TimelineRow>(
    'select event_id, seq, event_type, timestamp, data from timeline where task_id = $1 order by seq',
    [taskId],
  );
  const entries = rows.map(
    ({ event_id, timestamp, ...row }): TaskEvent => ({
      id: event_id,
      task_id: taskId,
      timestamp: timestamp.toISOString(),
      ...row,
    }),
  );
  await rebuildFeed(databases['notification-service'], task.owner_id, entries);
}
