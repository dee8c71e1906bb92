// An old tasks.json as a whole: which rows are tasks, and why the others are none. Pure.
import { isObject } from './old-value.ts';
import { type ImportedTask, OLD_FIELDS, parseTask } from './parse-task.ts';

export const MAX_FILE_BYTES = 50_000_000;

/** A row that is no task. Rows are counted from 1. */
export type BadRow = { row: number; id: string | null; reasons: string[] };

export type ParsedFile = {
  tasks: ImportedTask[];
  bad: BadRow[];
  /** Fields that no task here has, and in how many rows they were. */
  unknownFields: Map<string, number>;
};

/**
 * @param now the time for tasks that tell none
 * @throws Error when the file as a whole cannot be read: what is wrong, to be put after its name
 */
export function parseTasksFile(bytes: Uint8Array, now = new Date()): ParsedFile {
  const rows = toRows(bytes);
  const result: ParsedFile = { tasks: [], bad: [], unknownFields: new Map() };
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const number = index + 1;
    const parsed = parseTask(row, now);
    const id = 'task' in parsed ? parsed.task.id : findId(row);
    const twin = id === null ? undefined : seen.get(id);
    const reasons = 'reasons' in parsed ? parsed.reasons : [];
    if (twin !== undefined) reasons.push(`id: is that of row ${twin} as well`);
    if (reasons.length > 0 || !('task' in parsed)) {
      result.bad.push({ row: number, id, reasons });
      continue;
    }
    seen.set(parsed.task.id, number);
    result.tasks.push(parsed.task);
    countUnknown(row, result.unknownFields);
  }
  return result;
}

function toRows(bytes: Uint8Array): unknown[] {
  if (bytes.length > MAX_FILE_BYTES) throw new Error(`has ${bytes.length} bytes; ${MAX_FILE_BYTES} are allowed`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Error(error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'is not text in UTF-8');
  }
  const rows = isObject(value) ? value.tasks : value;
  if (!Array.isArray(rows)) throw new Error('must hold a list of tasks');
  return rows;
}

/** For messages only. */
function findId(row: unknown): string | null {
  const id = isObject(row) ? row.id : null;
  return typeof id === 'string' || typeof id === 'number' ? String(id).slice(0, 100) : null;
}

function countUnknown(row: unknown, unknown: Map<string, number>): void {
  for (const name of Object.keys(row as object)) {
    if (!OLD_FIELDS.includes(name)) unknown.set(name, (unknown.get(name) ?? 0) + 1);
  }
}
