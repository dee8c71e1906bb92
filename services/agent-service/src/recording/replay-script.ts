// What a recorded run heard from outside, in order: the models' answers, and what its user said and decided.
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import type { ModelAnswer } from '../models/model.ts';
import type { Command } from '../runs/command.ts';
import type { RecordedRow } from './recording.ts';

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
  | { kind: 'command'; command: Command }
  /** A model that could not be had: it does not answer in the replay either. */
  | { kind: 'fault'; purpose: 'plan' | 'review'; agent: string }
  /** From here on it is a fork of what came before. */
  | { kind: 'fork' };

type Intended = Extract<LedgerEntry, { kind: 'model.intended' }>;

const JOB = { job_id: 'replay', until: 'end' as const };

/** Attempts that brought no answer leave no trace but their cost. */
export function toReplayScript(rows: readonly RecordedRow[]): ReplayItem[] {
  const intents = new Map<string, Intended>();
  const items: ReplayItem[] = [];
  let steps: string[] = [];
  const add = (command: Command) => items.push({ kind: 'command', command });
  for (const { entry } of rows) {
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
          items.push({ kind: 'fault', purpose: 'review', agent: entry.review.agent });
        break;
      case 'run.forked':
        items.push({ kind: 'fork' });
        break;
      case 'plan.made':
        steps = entry.steps;
        if (items.length === 0) items.push({ kind: 'fault', purpose: 'plan', agent: entry.agent });
        break;
      case 'plan.changed':
        steps = [...steps.slice(0, entry.from), ...entry.steps];
        if (entry.agent === 'user') add({ kind: 'run.requested', data: { ...JOB, steps } });
        break;
      case 'plan.approved':
      case 'review.accepted':
        add({ kind: 'plan.approved', data: { ...JOB, steps } });
        break;
      case 'user.said':
        add({ kind: 'message.posted', data: { content: entry.text } });
        break;
      case 'question.answered':
        add({ kind: 'question.answered', data: { ...JOB, call_id: entry.call_id, answer: entry.answer } });
        break;
      case 'tool.resolved': {
        const { call_id, decision, result } = entry;
        add({ kind: 'call.resolved', data: { ...JOB, call_id, decision, result } });
        break;
      }
      case 'run.retried':
        add({ kind: 'run.retry_requested', data: { ...JOB, step: entry.step } });
        break;
      default:
    }
  }
  return items;
}
