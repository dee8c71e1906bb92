// The log lines and messages of an old task: texts, or objects. Pure.
import type { LogEntry, LogLevel, Message } from '@builder-ai/contracts/task';
import { findCount, findText, findTime, isObject, RowFault, toLines, toText, toWord } from './old-value.ts';
import type { OldStep } from './parse-plan.ts';

const LEVEL: ReadonlyMap<string, LogLevel> = new Map([
  ['debug', 'debug'],
  ['trace', 'debug'],
  ['info', 'info'],
  ['warn', 'warning'],
  ['warning', 'warning'],
  ['error', 'error'],
  ['critical', 'error'],
  ['fatal', 'error'],
]);

type OldLine = Omit<LogEntry, 'seq' | 'timestamp'> & { time: Date };

/**
 * The task's lines and those of its steps, in the order of their times. Their numbers end at -1: they come before entry 1
 * of the timeline, which an imported task begins anew.
 * @throws RowFault when they are no list of lines
 */
export function parseLogs(value: unknown, plan: readonly OldStep[], createdAt: Date): LogEntry[] {
  const toStep = (said: unknown) => plan[findCount(said) ?? plan.length]?.index ?? null;
  const ofTask = parseLines(value, toStep, createdAt);
  const ofSteps = plan.flatMap((step) => parseLines(step.oldLogs, () => step.index, createdAt));
  const lines = mergeSame(ofTask, ofSteps).sort((a, b) => a.time.getTime() - b.time.getTime());
  return lines.map(({ time, level, agent, step, message }, position) => ({
    seq: position - lines.length,
    timestamp: time.toISOString(),
    level,
    agent,
    step,
    message,
  }));
}

function parseLines(value: unknown, toStep: (said: unknown) => number | null, createdAt: Date): OldLine[] {
  // A line that tells no time was written after the one before it.
  let time = createdAt;
  const lines = typeof value === 'string' ? toLines(value) : value;
  return toItems(lines, 'log lines').map((item) => {
    const fields = isObject(item) ? item : {};
    time = findTime(fields.timestamp ?? fields.time ?? fields.created_at) ?? time;
    return {
      time,
      level: LEVEL.get(toWord(fields.level) ?? '') ?? 'info',
      agent: findText(fields, 'agent'),
      step: toStep(fields.step),
      message: toText(fields.message ?? fields.text ?? fields.msg ?? item) ?? '',
    };
  });
}

/** A line that the old product kept both with the task and with its step is one line, of that step. */
function mergeSame(ofTask: OldLine[], ofSteps: OldLine[]): OldLine[] {
  const byKey = Map.groupBy(
    ofTask.filter((line) => line.step === null),
    toKey,
  );
  const added = ofSteps.filter((line) => {
    const same = byKey.get(toKey(line))?.shift();
    if (same) same.step = line.step;
    return same === undefined;
  });
  return [...ofTask, ...added];
}

const toKey = (line: OldLine) => `${line.time.getTime()} ${line.message}`;

/** @throws RowFault when they are no list of messages */
export function parseMessages(value: unknown, createdAt: Date): Message[] {
  let time = createdAt;
  return toItems(typeof value === 'string' ? [value] : value, 'messages').map((item) => {
    const fields = isObject(item) ? item : {};
    time = findTime(fields.timestamp ?? fields.time ?? fields.created_at) ?? time;
    return {
      role: findText(fields, 'role', 'sender') ?? 'assistant',
      agent: findText(fields, 'agent', 'name'),
      content: toContent(isObject(item) ? (fields.content ?? fields.message ?? fields.text ?? item) : item),
      timestamp: time.toISOString(),
    };
  });
}

/** Model providers' messages may be lists of blocks, of which the texts are what was said. */
function toContent(value: unknown): string {
  if (!Array.isArray(value)) return toText(value) ?? '';
  const texts = value.map((block) => (isObject(block) && typeof block.text === 'string' ? block.text : toText(block)));
  return texts.join('\n');
}

/** The transcript, also where it was kept as a list. */
export function parseTranscript(value: unknown, createdAt: Date): string | null {
  if (!Array.isArray(value)) return toText(value);
  const lines = parseMessages(value, createdAt).map(({ role, agent, content }, index) =>
    typeof value[index] === 'string' ? content : `[${agent ?? role}] ${content}`,
  );
  return lines.length > 0 ? lines.join('\n') : null;
}

function toItems(value: unknown, what: string): unknown[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new RowFault(`must be a list of ${what}`);
  return value;
}
