// What a recorded run heard from outside, in order: the models' answers, and what its user said and decided.
import type { AskedPart, LedgerEntry } from '../ledger/ledger-entry.ts';
import type { ModelAnswer } from '../models/model.ts';
import type { Command } from '../runs/command.ts';
import type { RecordedRow, Recording } from './recording.ts';
import { type Anchor, findAnchor, findForkAnchor, waitsForUser } from './stop-in-answer.ts';

export type RecordedAnswer = {
  kind: 'answer';
  callId: string;
  agent: string;
  model: string;
  /** Fingerprint of what was asked; undefined in ledgers that do not have it. */
  request: string | undefined;
  answer: ModelAnswer;
};

export type ReplayItem =
  | RecordedAnswer
  /** `tells`: how many events it is told by. */
  | { kind: 'command'; command: Command; tells: number }
  /** A model that could not be had: it does not answer in the replay either. */
  | { kind: 'fault'; purpose: 'plan' | 'review'; agent: string; reason: string }
  /** From here on it is a fork of what came before. */
  | { kind: 'fork'; anchor: Anchor | undefined }
  /** The user cancelled it here. */
  | Stopped<'cancel'>
  /** It was taken over too often without getting on. */
  | Stopped<'give-up'>
  /** The recording ends here, and the run did not. */
  | Stopped<'end'>
  /** The run had used what one job may use, when it would have asked this part. */
  | { kind: 'limit'; error: string; asked: AskedPart | undefined };

/** `asked`: who was asked last, and did not answer. */
type Stopped<Kind extends string> = { kind: Kind; anchor: Anchor | undefined; asked: AskedPart | undefined };

type Intended = Extract<LedgerEntry, { kind: 'model.intended' }>;

const NO_ANSWER = 'No answer was recorded.';

const JOB = { job_id: 'replay', until: 'end' as const };

/** Attempts that brought no answer leave no trace but their cost. */
export function toReplayScript({ rows, events, state }: Pick<Recording, 'rows' | 'events' | 'state'>): ReplayItem[] {
  const intents = new Map<string, Intended>();
  const items: ReplayItem[] = [];
  let steps: string[] = [];
  const add = (command: Command, tells = 0) => items.push({ kind: 'command', command, tells });
  const cancellations = findCancellations(events, rows);
  const stopped = (kind: 'cancel' | 'give-up' | 'end', end: number, told = events) => {
    const before = rows.slice(0, end);
    const anchor = waitsForUser(told) ? undefined : findAnchor(before);
    items.push({ kind, anchor, asked: findAsked(before) });
  };
  for (const [index, { entry }] of rows.entries()) {
    switch (entry.kind) {
      case 'model.intended':
        intents.set(entry.call_id, entry);
        break;
      case 'model.answered': {
        const { call_id: callId, agent, content, usage } = entry;
        const { model = agent, request } = intents.get(callId) ?? {};
        items.push({ kind: 'answer', callId, agent, model, request, answer: { content, usage } });
        break;
      }
      case 'review.given':
        if (entry.review.verdict === 'unreviewed')
          items.push({ kind: 'fault', purpose: 'review', agent: entry.review.agent, reason: entry.review.summary });
        break;
      case 'run.forked':
        items.push({ kind: 'fork', anchor: findForkAnchor(rows.slice(0, index)) });
        break;
      case 'run.cancelled':
        stopped('cancel', index, events.slice(0, cancellations.get(index)));
        break;
      case 'step.failed':
      case 'run.failed':
        if (entry.limit === 'recoveries') stopped('give-up', index, []);
        else if (entry.limit) items.push({ kind: 'limit', error: entry.error, asked: entry.limit });
        break;
      case 'plan.made':
        steps = entry.steps;
        if (items.length === 0) items.push({ kind: 'fault', purpose: 'plan', agent: entry.agent, reason: NO_ANSWER });
        break;
      case 'plan.changed':
        steps = [...steps.slice(0, entry.from), ...entry.steps];
        if (entry.agent === 'user') add({ kind: 'run.requested', data: { ...JOB, steps } });
        break;
      case 'plan.approved':
      case 'review.accepted':
        add({ kind: 'plan.approved', data: { ...JOB, steps } }, entry.kind === 'review.accepted' ? 1 : 0);
        break;
      case 'user.said':
        add({ kind: 'message.posted', data: { content: entry.text } });
        break;
      case 'question.answered':
        add({ kind: 'question.answered', data: { ...JOB, call_id: entry.call_id, answer: entry.answer } }, 1);
        break;
      case 'tool.resolved': {
        const { call_id, decision, result } = entry;
        add({ kind: 'call.resolved', data: { ...JOB, call_id, decision, result } });
        break;
      }
      case 'run.retried':
        add({ kind: 'run.retry_requested', data: { ...JOB, step: entry.step } }, 1);
        break;
      default:
    }
  }
  if (state !== undefined && state !== 'ended') stopped('end', rows.length);
  return items;
}

/** Where each cancellation was told of, by its row; a fork's parent has told of its own. */
function findCancellations(events: Recording['events'], rows: readonly RecordedRow[]): Map<number, number> {
  const told = events.flatMap(({ event }, index) => (event.type === 'run.cancelled' ? [index] : []));
  const done = rows.flatMap(({ entry }, index) => (entry.kind === 'run.cancelled' ? [index] : []));
  return new Map(done.toReversed().map((row, index) => [row, told.at(-1 - index) ?? 0]));
}

function findAsked(before: readonly RecordedRow[]): AskedPart | undefined {
  const entries = before.map(({ entry }) => entry);
  const intent = entries.findLast((entry) => entry.kind === 'model.intended');
  if (!intent || entries.some((entry) => entry.kind === 'model.answered' && entry.call_id === intent.call_id))
    return undefined;
  return { agent: intent.agent, purpose: partOf(intent.call_id) };
}

/** By the names that calls have: see ledger-entry.ts and review-step.ts. */
export function partOf(callId: string): AskedPart['purpose'] {
  if (callId.startsWith('plan')) return 'plan';
  return /\.v\d+$/.test(callId) ? 'review' : 'build';
}
