import type { StepStatus, TaskStatus, TaskType } from '@builder-ai/contracts/task';

// The words for what the API names. Records, so that a new name in the contracts fails the type check here.

export const TYPE_WORDS: Record<TaskType, string> = {
  build: 'Build',
  fix: 'Fix',
  refactor: 'Refactor',
  test: 'Test',
  docs: 'Docs',
  chat: 'Chat',
};

export const STATUS_WORDS: Record<TaskStatus, string> = {
  queued: 'Queued',
  in_progress: 'In progress',
  waiting: 'Waiting',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
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
