// A task in words, for people.
import type { Task } from '@builder-ai/client/names';
import type { Exit } from './exit-codes.ts';
import type { Output } from './output.ts';
import { toLine } from './terminal-text.ts';

type Colour = Parameters<Output['line']>[1];

export const colourOf = (status: string): Colour => {
  if (status === 'completed') return 'green';
  if (status === 'failed' || status === 'cancelled') return 'red';
  return status === 'waiting' ? 'yellow' : undefined;
};

const MARKS: Record<string, string> = { completed: '✓', failed: '✗', in_progress: '▸', waiting: '‖', skipped: '-' };

export const markOf = (status: string) => MARKS[status] ?? '·';

/** How a watched task's end ends the program. */
export function exitOfTask({ status }: Pick<Task, 'status'>): Exit {
  if (status === 'waiting') return 'waiting';
  return status === 'failed' || status === 'cancelled' ? 'failed' : 'ok';
}

export function describeTask(out: Output, task: Task): void {
  out.line(`${task.id}  ${toLine(task.title, 80)}`);
  out.line(`  ${toStatus(task)}`, colourOf(task.status));
  if (task.goal !== task.title) out.line(`  goal: ${toLine(task.goal, 400)}`);
  for (const step of task.plan) {
    out.line(`  ${markOf(step.status)} ${step.index} ${toLine(step.description, 120)}`, colourOf(step.status));
    if (step.result) out.line(`      ${toLine(step.result, 160)}`, 'dim');
  }
  if (task.error) out.line(`  ${toLine(task.error, 400)}`, 'red');
  if (task.budget.spent_micro_usd > 0) out.line(`  spent: $${(task.budget.spent_micro_usd / 1e6).toFixed(4)}`);
  const hint = hintOf(task);
  if (hint) out.line(`  ${hint}`, 'yellow');
}

const toStatus = ({ status, waiting_for }: Task) => (waiting_for ? `${status} for ${waiting_for}` : status);

/** What a task waits for, and what to do about it. */
export function hintOf(task: Pick<Task, 'id' | 'waiting_for' | 'waiting_call'>): string | undefined {
  const { waiting_for, waiting_call } = task;
  switch (waiting_for) {
    case 'approval':
      return 'It waits for your approval: `builder approve <task>`, or on its page.';
    case 'input':
      return waiting_call
        ? `It asks: ${toLine(waiting_call.summary, 300)} (\`builder answer <task> <text>\`)`
        : 'It waits for you: see its page.';
    case 'budget':
      return 'Its budget is used up: give it more on its page, or by PATCH /tasks/<id>.';
    case 'resume':
      return 'It is paused: `builder resume <task>`, or on its page.';
    case 'uncertain':
      return 'A call was interrupted: say on its page whether it was done.';
    default:
      return undefined;
  }
}
