// One row of an old tasks.json. Pure. What is taken for what is in the README beside this file.
import { TASK_TYPES, type TaskType } from '@builder-ai/contracts/task';
import { sanitiseGoal } from '../tasks/sanitise-goal.ts';
import { MAX_METADATA_BYTES, titleFromGoal } from '../tasks/task.ts';
import type { TaskRow } from '../tasks/task-row.ts';
import { toStatus } from './old-status.ts';
import {
  type Fields,
  findCount,
  findTime,
  isObject,
  RowFault,
  toQuote,
  toStorable,
  toText,
  toWord,
} from './old-value.ts';
import { parseLogs, parseMessages, parseTranscript } from './parse-lines.ts';
import { findCurrentStep, parsePlan } from './parse-plan.ts';

export type ImportedTask = Pick<
  TaskRow,
  | 'id'
  | 'title'
  | 'type'
  | 'goal'
  | 'project_id'
  | 'status'
  | 'waiting_for'
  | 'plan'
  | 'current_step'
  | 'created_at'
  | 'updated_at'
  | 'logs'
  | 'error'
  | 'metadata'
  | 'messages'
  | 'collaboration_log'
>;

/** The fields that the original product's tasks have. */
export const OLD_FIELDS: readonly string[] = [
  'id',
  'title',
  'type',
  'goal',
  'project_id',
  'status',
  'plan',
  'current_step',
  'created_at',
  'updated_at',
  'logs',
  'error',
  'metadata',
  'messages',
  'collaboration_log',
];

// A part of a path and of a directory's name, so not every text can be one.
const ID = /^(?!\.+$)[\w.:-]{1,100}$/;
const MAX_TITLE_LENGTH = 200;

/**
 * @param now the time for rows that tell none
 * @returns the task, or every reason why this row is none
 */
export function parseTask(row: unknown, now: Date): { task: ImportedTask } | { reasons: string[] } {
  if (!isObject(row)) return { reasons: ['must be an object'] };
  const reasons: string[] = [];
  const field = <T>(name: string, parse: (value: unknown) => T): T | undefined => {
    try {
      return parse(toStorable(row[name]));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      reasons.push(`${name}: ${error.message}`);
      return undefined;
    }
  };
  const created = field('created_at', (value) => toTime(value)) ?? field('updated_at', toTime) ?? now;
  const status = field('status', toStatus) ?? 'queued';
  const current = field('current_step', (value) => findCount(value));
  const plan = field('plan', (value) => parsePlan(value, { status, current })) ?? [];
  const goal = field('goal', toGoal) ?? '';
  const type = field('type', toType) ?? { type: 'build' };
  const task: ImportedTask = {
    id: field('id', toId) ?? '',
    title: field('title', (value) => toTitle(value, goal)) ?? '',
    type: type.type,
    goal,
    project_id: field('project_id', toProjectId) ?? null,
    status,
    waiting_for: status === 'waiting' ? 'input' : null,
    plan: plan.map(({ oldLogs: _lines, ...step }) => step),
    current_step: findCurrentStep(plan, status, current),
    created_at: created,
    updated_at: field('updated_at', toTime) ?? created,
    logs: field('logs', (value) => parseLogs(value, plan, created)) ?? [],
    error: field('error', toText) ?? null,
    metadata: field('metadata', (value) => toMetadata(value, type.original)) ?? {},
    messages: field('messages', (value) => parseMessages(value, created)) ?? [],
    collaboration_log: field('collaboration_log', (value) => parseTranscript(value, created)) ?? null,
  };
  return reasons.length > 0 ? { reasons: [...new Set(reasons)] } : { task };
}

function toId(value: unknown): string {
  if (value === null || value === undefined || value === '') throw new RowFault('is missing');
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RowFault('is a number that is not exact');
  const id = String(typeof value === 'object' ? '' : value);
  if (!ID.test(id)) throw new RowFault('may have 1 to 100 letters, digits and . _ : -');
  return id;
}

function toGoal(value: unknown): string {
  if (value !== null && value !== undefined && typeof value !== 'string') throw new RowFault('must be a text');
  return sanitiseGoal(value ?? '');
}

function toTitle(value: unknown, goal: string): string {
  const title = (toText(value) ?? '').trim();
  if (title === '') return titleFromGoal(goal);
  return [...title].length > MAX_TITLE_LENGTH ? titleFromGoal(title) : title;
}

/** A type that this product does not have becomes `build`; what it was is kept in the metadata. */
function toType(value: unknown): { type: TaskType; original?: unknown } {
  if (value === null || value === undefined) return { type: 'build' };
  const word = toWord(value) as TaskType;
  return TASK_TYPES.includes(word) ? { type: word } : { type: 'build', original: value };
}

function toProjectId(value: unknown): string | null {
  const text = (toText(value) ?? '').trim();
  if (text.length > 100) throw new RowFault('may have 100 characters at most');
  return text === '' ? null : text;
}

/** Null where there is none. */
function toTime(value: unknown): Date | null {
  if (value === null || value === undefined) return null;
  const time = findTime(value);
  if (!time) throw new RowFault(`${toQuote(value)} is not a time since 1970`);
  return time;
}

function toMetadata(value: unknown, originalType: unknown): Fields {
  if (value !== null && value !== undefined && !isObject(value)) throw new RowFault('must be an object');
  const metadata = { ...value, ...(originalType !== undefined && { original_type: originalType }) };
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) throw new RowFault('may have 16 KiB at most');
  return metadata;
}
