// Shows a task as it runs, until it stands still: a line for each thing that happened, and the words of models as they come.
import { dataOf } from '@builder-ai/client/client';
import type { Task, TaskEvent } from '@builder-ai/client/names';
import { followTask } from './follow-task.ts';
import type { Output } from './output.ts';
import type { Session } from './session.ts';
import { toLine } from './terminal-text.ts';

const ENDS = new Set(['task_completed', 'task_failed', 'task_cancelled', 'task_waiting']);

/**
 * @param after the last entry that is not shown
 * @param before the task as it was read before: where that stands still, its last entry is the last that is waited for
 * @returns the task as it stands then
 */
export async function watchTask(session: Session, taskId: string, after: number, before?: Task): Promise<Task> {
  const { out, api } = session;
  // A pause in the middle is no end of what is told again from the beginning; without a job nothing will come.
  const isStill = before !== undefined && !['queued', 'in_progress'].includes(before.status);
  const lastSeq = before?.seq ?? 0;
  if (before?.status === 'queued' && before.plan.length === 0 && before.seq <= 1) out.note('It was not run yet.');
  let inWords = false;
  for await (const item of followTask(session, taskId, after)) {
    if (item.kind === 'delta') {
      // Words as they come are for eyes: a pipe gets the whole message when it is there.
      if (out.json || !out.isTerminal || item.delta.data.text === undefined) continue;
      out.text(item.delta.data.text);
      inWords = true;
      continue;
    }
    if (inWords) out.line();
    const said = inWords && item.event.event_type === 'message_added';
    inWords = false;
    if (out.json) out.data(item.event);
    else if (!said) describeEvent(out, item.event);
    const { seq, event_type } = item.event;
    if (isStill ? seq >= lastSeq : seq > lastSeq && ENDS.has(event_type)) break;
  }
  return dataOf(api.GET('/tasks/{id}', { params: { path: { id: taskId } } }));
}

type Data = Record<string, unknown>;

const text = (value: unknown) => toLine(typeof value === 'string' ? value : JSON.stringify(value ?? ''), 200);

const WORDS: Record<string, (data: Data) => [string, Parameters<Output['line']>[1]?] | undefined> = {
  task_created: ({ goal }) => [`goal: ${text(goal)}`],
  plan_created: ({ steps }) => [
    `plan: ${(steps as { description: string }[]).map((step) => text(step.description)).join(' → ')}`,
  ],
  step_started: ({ index, step }) => [`▸ ${index} ${text(step)}`],
  step_completed: ({ index, result }) => [`✓ ${index} ${text(result)}`, 'green'],
  step_failed: ({ index, error }) => [`✗ ${index} ${text(error)}`, 'red'],
  log_added: ({ level, message }) => [`  ${text(message)}`, level === 'error' ? 'red' : 'dim'],
  message_added: ({ agent, role, content }) => [`[${text(agent ?? role)}] ${text(content)}`],
  file_changed: ({ path }) => [`  ${text(path)}`, 'dim'],
  review_given: ({ verdict, summary }) => [`  review: ${text(verdict)} ${text(summary)}`],
  task_waiting: () => ['‖ it waits', 'yellow'],
  task_completed: () => ['✓ completed', 'green'],
  task_failed: ({ error }) => [`✗ failed: ${text(error)}`, 'red'],
  task_cancelled: () => ['✗ cancelled', 'red'],
};

/** What is in no list of words is for programs: tool calls, usage. */
function describeEvent(out: Output, { event_type, data }: TaskEvent): void {
  const said = WORDS[event_type]?.(data as Data);
  if (said) out.line(...said);
}
