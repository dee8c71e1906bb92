// One model call of a run: reserve and record the intent, send, keep the answer for the next commit. A recorded answer is
// never paid twice.
import { setTimeout as delay } from 'node:timers/promises';
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import { messageDelta } from '@builder-ai/contracts/events/message-delta';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import { addMoney, BudgetExceeded, toReserve, toSettle } from '../ledger/budget.ts';
import type { Facts } from '../ledger/facts.ts';
import { findModelCall } from '../ledger/run-progress.ts';
import { storable } from '../ledger/storable.ts';
import type { Model, ModelAnswer, ModelRequest } from '../models/model.ts';
import { AI_UNAVAILABLE_WORDS, ProviderFault } from '../models/provider-fault.ts';
import { fingerprintOf } from '../models/request-fingerprint.ts';
import { newLiveParts } from './live-parts.ts';
import { StepFailed } from './run.ts';
import { logLine, usageEvent } from './run-events.ts';
import type { RunSession } from './run-session.ts';
import { RunWaits } from './run-waits.ts';

export type ModelCallOptions = {
  step: number | null;
  callId: string;
  model: Model;
  request: Omit<ModelRequest, 'signal'>;
  /** How many of the user's messages the request carries. */
  heard?: number;
  /** What else is recorded together with the answer. */
  facts?: (answer: ModelAnswer) => Facts;
};

const MAX_ATTEMPTS = 4;
const RETRY_MS = { first: 500, most: 8_000 };
/** A provider that wants to be left alone for longer keeps no worker waiting: the run waits instead. */
const LONGEST_WAIT_MS = 60_000;

/**
 * @returns the recorded answer where there is one, else a new one
 * @throws RunWaits when the budget does not hold it or the provider does not answer, HandedOver, LeaseLost
 */
export async function callModel(session: RunSession, options: ModelCallOptions): Promise<ModelAnswer> {
  const known = findModelCall(session.progress(), options.callId);
  if (known?.answer) return known.answer;
  if (known?.open) await settleUnknown(session, options);
  const { request } = options;
  const begun = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    await session.checkpoint();
    checkLimits(session, options);
    await intend(session, options, request);
    try {
      // Before anything is made of it: what is done now is what would be done again.
      const answer = storable(await ask(session, options));
      holdAnswer(session, options, answer);
      return answer;
    } catch (error) {
      session.signal.throwIfAborted();
      if (!(error instanceof ProviderFault)) throw error;
      await recordFault(session, options, error);
      const waitMs = pauseOf(error, attempt);
      const leftMs = session.deps.limits.retrySeconds * 1_000 - (performance.now() - begun);
      const tooLong = waitMs > Math.min(LONGEST_WAIT_MS, leftMs);
      if (error.kind === 'refused' || tooLong || attempt === MAX_ATTEMPTS) throw toWaiting(error);
      await pause(session, waitMs);
    }
  }
}

/**
 * What the call before it left is kept while the model answers, and recorded: most of the time that costs nothing. A model
 * that has answered by then is waited for no longer: both are recorded together with the intent that the answer leads to.
 */
async function ask(session: RunSession, options: ModelCallOptions): Promise<ModelAnswer> {
  const { model, request, step } = options;
  const message_id = messageId(session, options);
  const live = newLiveParts((part) =>
    session.deps.tellLive(messageDelta, session.run.task_id, { message_id, step, agent: model.agent, ...part }),
  );
  const stop = new AbortController();
  const signal = AbortSignal.any([session.signal, stop.signal]);
  const answering = model.answer({ ...request, onText: live.add, signal }).finally(live.end);
  let isAnswered = false;
  // It may fail before anybody waits for it.
  answering.then(
    () => {
      isAnswered = true;
    },
    () => {},
  );
  try {
    await session.settle();
    if (!isAnswered) await session.flush();
  } catch (error) {
    stop.abort();
    throw error;
  }
  return answering;
}

async function intend(
  session: RunSession,
  options: ModelCallOptions,
  request: Omit<ModelRequest, 'signal'>,
): Promise<void> {
  const { step, callId: call_id, model, heard = 0 } = options;
  const { agent, name } = model;
  const reserved_micro_usd = model.reserve({ ...request, signal: session.signal });
  const attempt = (findModelCall(session.progress(), call_id)?.attempts ?? 0) + 1;
  try {
    // Not before what the request tells of is recorded, but for the workspace: that is kept meanwhile. Whoever is killed
    // until then makes the last call again, and this one, which counts as in flight.
    await session.recordAhead({
      entries: [
        {
          kind: 'model.intended',
          step,
          call_id,
          attempt,
          agent,
          model: name,
          reserved_micro_usd,
          heard,
          request: fingerprintOf(request),
        },
      ],
      money: toReserve(reserved_micro_usd),
    });
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    const { message: reason, of, net } = error;
    const project = of === 'project' ? { needsOfProject: net } : {};
    throw new RunWaits({ waiting_for: 'budget', reason, code: 'BUDGET_EXHAUSTED', ...project });
  }
}

/** One attempt of a call says one message. */
function messageId({ progress }: RunSession, { callId }: ModelCallOptions): string {
  return `${callId}-${findModelCall(progress(), callId)?.attempts ?? 1}`;
}

/** What a builder says beside its calls; plans, reviews and results are told by what they lead to. */
function wordsOf({ request, model }: ModelCallOptions, content: ModelAnswer['content'], message_id: string) {
  const text = content
    .map((block) => (block.type === 'text' ? block.text : ''))
    .join('\n')
    .trim();
  const calls = content.some((block) => block.type === 'tool_use');
  if (request.purpose !== 'build' || !calls || text === '') return [];
  return [entry(messageAdded, { role: 'assistant', agent: model.agent, content: shorten(text), message_id })];
}

/** An event carries no more than anybody reads of it; the whole is in the ledger. */
const shorten = (text: string) => (text.length > 20_000 ? `${text.slice(0, 20_000).toWellFormed()}\n…` : text);

function holdAnswer(session: RunSession, options: ModelCallOptions, answer: ModelAnswer): void {
  const { step, callId: call_id, model, facts } = options;
  const { content, usage } = answer;
  const reserved = openReservation(session, call_id);
  const more = facts?.(answer) ?? { entries: [] };
  const message_id = messageId(session, options);
  session.hold({
    entries: [{ kind: 'model.answered', step, call_id, agent: model.agent, content, usage }, ...more.entries],
    events: [
      ...wordsOf(options, content, message_id),
      usageEvent(step, model, usage, 'answered', message_id),
      ...(more.events ?? []),
    ],
    money: addMoney(toSettle(reserved, usage.cost_micro_usd), more.money),
    ...(more.also && { also: more.also }),
  });
}

/** An attempt that the provider turned away costs nothing; one that broke off may have been paid. */
async function recordFault(session: RunSession, options: ModelCallOptions, fault: ProviderFault): Promise<void> {
  const { step, callId: call_id, model } = options;
  if (fault.mayBePaid) {
    await settleUnknown(session, options);
    return;
  }
  const reserved = openReservation(session, call_id);
  await session.record({
    entries: [{ kind: 'model.failed', step, call_id, agent: model.agent, error: fault.message }],
    events: [logLine('warning', model.agent, step, fault.message)],
    money: toSettle(reserved, 0),
  });
}

/** Nobody knows whether an interrupted attempt was paid: it counts as if it had cost all that was reserved for it. */
async function settleUnknown(session: RunSession, options: ModelCallOptions): Promise<void> {
  const { step, callId: call_id, model } = options;
  const reserved = openReservation(session, call_id);
  const usage = { input_tokens: 0, output_tokens: 0, cost_micro_usd: reserved };
  await session.record({
    entries: [{ kind: 'model.unknown', step, call_id, agent: model.agent, cost_micro_usd: reserved }],
    events: [usageEvent(step, model, usage, 'unknown', messageId(session, options))],
    money: toSettle(reserved, reserved),
  });
}

/** For a run that stops now: attempts that were interrupted count with all that was reserved for them. */
export function settleOpenCalls(session: RunSession): void {
  for (const [call_id, call] of Object.entries(session.progress().calls)) {
    if (call.kind !== 'model' || !call.open) continue;
    const { reserved_micro_usd: cost_micro_usd, step, agent, model } = call.open;
    const usage = { input_tokens: 0, output_tokens: 0, cost_micro_usd };
    session.hold({
      entries: [{ kind: 'model.unknown', step, call_id, agent, cost_micro_usd }],
      events: [usageEvent(step, { agent, name: model }, usage, 'unknown', `${call_id}-${call.attempts}`)],
      money: toSettle(cost_micro_usd, cost_micro_usd),
    });
  }
}

/** @throws StepFailed when the run has used what one job may use */
function checkLimits({ deps, run, progress }: RunSession, { step, model, request }: ModelCallOptions): void {
  const { modelCalls, minutes } = deps.limits;
  const { nextStep, modelCalls: made } = progress();
  const asked = { agent: model.agent, purpose: request.purpose };
  if (made >= modelCalls) throw new StepFailed(step ?? nextStep, `the run has asked models ${made} times.`, asked);
  if (Date.now() - run.job_at.getTime() > minutes * 60_000)
    throw new StepFailed(step ?? nextStep, `the run has taken longer than ${minutes} minutes.`, asked);
}

function openReservation(session: RunSession, callId: string): number {
  return findModelCall(session.progress(), callId)?.open?.reserved_micro_usd ?? 0;
}

/** Full jitter, and never sooner than the provider asked for. */
function pauseOf({ retryAfterMs = 0 }: ProviderFault, attempt: number): number {
  const most = Math.min(RETRY_MS.first * 2 ** attempt, RETRY_MS.most);
  return Math.max(retryAfterMs, Math.random() * most);
}

/** Ends early when the run is to be handed over. */
async function pause(session: RunSession, ms: number): Promise<void> {
  const signal = AbortSignal.any([session.signal, session.handOver]);
  // Whoever goes on looks why it ended.
  await delay(ms, undefined, { signal }).catch(() => {});
}

function toWaiting(fault: ProviderFault): RunWaits {
  const { code, message } = new AppError('AI_UNAVAILABLE', { detail: `${AI_UNAVAILABLE_WORDS}${fault.message}` });
  return new RunWaits({ waiting_for: 'input', reason: message, code });
}
