import type { TaskEvent } from '@builder-ai/contracts/task';

// What of a timeline is shown: all of it, or one kind of entries.

export type ShownKind = 'all' | 'steps' | 'tools' | 'said' | 'models';

export const KIND_WORDS: Record<ShownKind, string> = {
  all: 'Everything',
  steps: 'Steps and turns',
  tools: 'Tools and files',
  said: 'Messages and reviews',
  models: 'Model calls',
};

const PREFIXES: Record<Exclude<ShownKind, 'all'>, RegExp> = {
  steps: /^(task_|run_|plan_|step_|budget_)/,
  tools: /^(tool_|file_)/,
  said: /^(message_|review_)/,
  models: /^usage_/,
};

export const isShown = ({ event_type }: TaskEvent, kind: Exclude<ShownKind, 'all'>): boolean =>
  PREFIXES[kind].test(event_type);
