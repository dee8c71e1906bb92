import { TASK_STATUSES, TASK_TYPES, type TaskStatus, type TaskType } from './task-names.ts';

// What the addresses of pages carry behind `?`. Whatever else somebody writes there is left out.

type Query = Record<string, unknown>;

export type BoardSearch = { view?: 'list'; q?: string; type?: TaskType; status?: TaskStatus; project?: string };

export function toBoardSearch({ view, q, type, status, project }: Query): BoardSearch {
  return {
    ...(view === 'list' && { view: 'list' as const }),
    ...(isText(q) && { q }),
    ...(isOneOf(TASK_TYPES, type) && { type }),
    ...(isOneOf(TASK_STATUSES, status) && { status }),
    ...(isText(project) && { project }),
  };
}

export const TABS = ['activity', 'said', 'files', 'changes', 'preview', 'log', 'cost'] as const;
export type Tab = (typeof TABS)[number];

/** `at` is the entry of the timeline that is gone back to, `file` the open file. */
export type TaskSearch = { tab?: Tab; at?: number; file?: string };

export function toTaskSearch({ tab, at, file }: Query): TaskSearch {
  const entry = Number(at);
  return {
    ...(isOneOf(TABS, tab) && { tab }),
    ...(at !== undefined && Number.isInteger(entry) && entry > 0 && { at: entry }),
    ...(isText(file) && { file }),
  };
}

export type CompareSearch = { left?: string; right?: string };

export function toCompareSearch({ left, right }: Query): CompareSearch {
  return { ...(isText(left) && { left }), ...(isText(right) && { right }) };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isOneOf<Name extends string>(names: readonly Name[], value: unknown): value is Name {
  return names.some((name) => name === value);
}
