// A whole run as one file: a line of JSON each (https://jsonlines.org). docs/recording.md describes it.
import type { AgentMode, Approval, TaskType } from '@builder-ai/contracts/task';
import Joi from 'joi';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import type { RunState } from '../runs/run.ts';

export const RECORDING_VERSION = 1;

export type RecordingHead = {
  type: 'recording';
  version: number;
  task_id: string;
  goal: string;
  task_type: TaskType;
  agent_mode: AgentMode | null;
  approval: Approval;
};

/** A row of the run's ledger. */
export type RecordedRow = { type: 'ledger'; no: number; epoch: number; at: string; entry: LedgerEntry };

/** Something that the run told whoever watches it. */
export type ToldEvent = { type: string; data: Record<string, unknown> };

/** `no`: its number among the task's events, from 1 without a gap. */
export type RecordedEvent = { type: 'event'; no: number; at: string; event: ToldEvent };

/** A file, directory or link of the workspace at the end; `sha256` of a file's bytes, or of a link's target. */
export type RecordedFile = { type: 'file'; path: string; kind: string; mode: string; sha256: string };

/**
 * The last line: without it the file was cut off.
 * `state`, `last_row`, `last_event`: where the run was at that moment; all of the file is of that moment.
 */
export type RecordingEnd = { type: 'end'; lines: number; state: RunState; last_row: number; last_event: number };

export type Recording = {
  head: RecordingHead;
  rows: RecordedRow[];
  events: RecordedEvent[];
  files: RecordedFile[];
  /** Absent in files of older versions: those end where the run stood still. */
  state?: RunState;
};

const head = Joi.object<RecordingHead>({
  type: Joi.string().valid('recording').required(),
  version: Joi.number().valid(RECORDING_VERSION).required(),
  task_id: Joi.string().required(),
  goal: Joi.string().required(),
}).unknown();

const line = Joi.object({ type: Joi.string().required() }).unknown();

/** @throws Error with the line's number and what is wrong with it */
export function parseRecording(text: string): Recording {
  const lines = text.split('\n').filter((each) => each.trim() !== '');
  const parsed = lines.map((each, index) => parseLine(each, index, index === 0 ? head : line));
  const [first, ...rest] = parsed as [RecordingHead, ...{ type: string }[]];
  if (!first) throw new Error('The recording is empty.');
  const end = rest.at(-1) as RecordingEnd | undefined;
  if (end?.type !== 'end' || end.lines !== lines.length)
    throw new Error('The recording was cut off: its last line is not there.');
  const ofType = <T>(type: string) => rest.filter((each) => each.type === type) as unknown as T[];
  return {
    head: first,
    rows: ofType<RecordedRow>('ledger'),
    events: ofType<RecordedEvent>('event'),
    files: ofType<RecordedFile>('file'),
    ...(end.state && { state: end.state }),
  };
}

function parseLine(text: string, index: number, schema: Joi.ObjectSchema): unknown {
  const fault = (why: string) => new Error(`Line ${index + 1} of the recording is unusable: ${why}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fault('it is not JSON.');
  }
  const { error } = schema.validate(value, { convert: false, errors: { wrap: { label: '' } } });
  if (error) throw fault(`${error.message}.`);
  return value;
}
