import type { StepStatus, Task, TaskStatus, TaskType, WaitingReason } from '@builder-ai/contracts/task';

// The words for what the API names. Records, so that a new name in the contracts fails the type check here.

export const TYPE_WORDS: Record<TaskType, string> = {
  build: 'Build',
  fix: 'Fix',
  refactor: 'Refactor',
  test: 'Test',
  docs: 'Docs',
  chat: 'Chat',
};

const STATUS_WORDS: Record<TaskStatus, string> = {
  queued: 'Queued',
  in_progress: 'In progress',
  waiting: 'Waiting',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

/** A task that waits says whether it waits for its reader. */
export function statusWords({ status, waiting_for }: Pick<Task, 'status' | 'waiting_for'>): string {
  if (status !== 'waiting' || waiting_for === null) return STATUS_WORDS[status];
  return waiting_for === 'resume' ? 'Paused' : 'Waiting for you';
}

/** What a task waits for, in a few words. */
export const WAITING_WORDS: Record<WaitingReason, string> = {
  approval: 'Asks for your approval',
  budget: 'Stopped before its cap would be passed',
  input: 'Asks you something, or could not go on',
  resume: 'Paused',
  uncertain: 'Asks whether a call was made',
};

export const STEP_WORDS: Record<StepStatus, string> = {
  pending: 'To do',
  in_progress: 'In progress',
  completed: 'Done',
  failed: 'Failed',
  skipped: 'Skipped',
  waiting: 'Waiting',
};

/** Who did it, where there is room for a name only. */
export function agentName(agent: string): string {
  return agent === 'template' ? 'template builder' : agent;
}

/** Without a model the work is done by templates, and that is said plainly: whether one was not found, or not chosen. */
export function agentWords(agent: string, hasModel: boolean): string {
  return agent === 'template' && !hasModel ? 'template builder: no model key found' : agentName(agent);
}
