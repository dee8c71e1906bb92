import type { Part } from './merge-messages.ts';

export const PART_WORDS: Record<Part, string> = {
  user: 'You',
  planner: 'Planner',
  builder: 'Builder',
  reviewer: 'Reviewer',
};
