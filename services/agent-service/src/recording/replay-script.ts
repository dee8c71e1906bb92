// What a recorded run heard from outside, in order: the models' answers, and what its user said and decided.
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import type { ModelAnswer } from '../models/model.ts';
import type { Command } from '../runs/command.ts';
import type { RecordedRow } from './recording.ts';
import { type ForkAnchor, findAnchor } from './stop-at-fork.ts';

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
  | { kind: 'fork'; anchor: ForkAnchor | undefined };

type Intended = Extract<LedgerEntry, { kind: 'model.intended' }>;

const NO_ANSWER = 'No answer was recorded.';

const JOB = { job_id: 'replay', until: 'end' as const };

/** Attempts that brought no answer leave no trace but their cost. */
export function toReplayScript(rows: readonly RecordedRow[]): ReplayItem[] {
  const intents = new Map<string, Intended>();
  const items: ReplayItem[] = [];
  let steps: string[] = [];
  const add = (command: Command, tells = 0) => items.push({ kind: 'command', command, tells });
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
        items.push({ kind: 'fork', anchor: findAnchor(rows.slice(0, index)) });
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
  return items;
}
