import type { ReviewVerdict, TaskEvent } from '@builder-ai/contracts/task';
import { toDollars } from '../money/dollars.ts';
import { toPlace, toReview, VERDICT_WORDS } from '../review/to-review.ts';
import { agentName } from '../tasks/task-words.ts';

export type Tone = 'plain' | 'quiet' | 'active' | 'good' | 'bad' | 'waiting';
export type TimelineWords = { title: string; detail: string; tone: Tone };

type Data = Record<string, unknown>;
type Words = (data: Data) => TimelineWords;

/** What each kind of timeline entry says. One line to add a kind; an unknown one is shown by its name. */
const WORDS: Record<string, Words> = {
  task_created: (data) => ({ title: 'Task created', detail: text(data.title), tone: 'plain' }),
  run_started: (data) => ({ title: 'Run started', detail: by(data.agent), tone: 'active' }),
  run_resumed: () => ({ title: 'Run taken over', detail: 'it goes on where it was interrupted', tone: 'waiting' }),
  plan_created: (data) => ({
    title: 'Plan made',
    detail: `${count(data.steps, 'step')} ${by(data.agent)}`,
    tone: 'plain',
  }),
  plan_updated: (data) => ({
    title: 'Plan changed',
    detail: `from step ${number(data.from)} on ${data.agent === 'user' ? 'by you' : by(data.agent)}`,
    tone: 'plain',
  }),
  step_started: (data) => ({ title: `Step ${number(data.index)} started`, detail: attempt(data), tone: 'active' }),
  step_completed: (data) => ({ title: `Step ${number(data.index)} done`, detail: text(data.result), tone: 'good' }),
  step_failed: (data) => ({ title: `Step ${number(data.index)} failed`, detail: text(data.error), tone: 'bad' }),
  log_added: (data) => ({
    title: 'Log',
    detail: text(data.message),
    tone: data.level === 'error' ? 'bad' : data.level === 'warning' ? 'waiting' : 'quiet',
  }),
  message_added: (data) => ({ title: 'Message', detail: `${speaker(data)}: ${text(data.content)}`, tone: 'plain' }),
  tool_called: (data) => ({ title: 'Tool call', detail: text(data.summary) || text(data.tool), tone: 'quiet' }),
  tool_finished: (data) => ({
    title: data.ok === false ? 'Tool failed' : 'Tool result',
    detail: text(data.output),
    tone: data.ok === false ? 'bad' : 'quiet',
  }),
  file_changed: (data) => ({ title: `File ${text(data.change) || 'changed'}`, detail: text(data.path), tone: 'plain' }),
  usage_recorded: (data) => ({
    title: 'Model call',
    detail: [
      `${text(data.model)}: ${text(data.input_tokens)} tokens in, ${text(data.output_tokens)} out`,
      ...(typeof data.cost_micro_usd === 'number' && data.cost_micro_usd > 0 ? [toDollars(data.cost_micro_usd)] : []),
    ].join(', '),
    tone: 'quiet',
  }),
  review_given: (data) => ({
    title: data.accepted_by_user === true ? 'Taken by you' : reviewTitle(data.verdict),
    detail: [`Step ${number(data.step)} ${by(data.agent)}: ${text(data.summary)}`, ...reasons(data.reasons)].join('\n'),
    tone: data.verdict === 'approved' ? 'good' : 'waiting',
  }),
  budget_changed: (data) => ({
    title: 'Cap changed',
    detail: typeof data.cap_micro_usd === 'number' ? toDollars(data.cap_micro_usd) : 'no limit',
    tone: 'plain',
  }),
  task_forked: (data) => ({ title: 'Task forked', detail: text(data.title), tone: 'plain' }),
  task_retried: (data) => ({ title: 'Made anew', detail: `from step ${number(data.step)} on`, tone: 'active' }),
  task_waiting: (data) => ({ title: 'Waiting', detail: text(data.reason), tone: 'waiting' }),
  task_completed: () => ({ title: 'Task completed', detail: '', tone: 'good' }),
  task_failed: (data) => ({ title: 'Task failed', detail: text(data.error), tone: 'bad' }),
  task_cancelled: () => ({ title: 'Task cancelled', detail: '', tone: 'waiting' }),
};

export function toTimelineWords(event: TaskEvent): TimelineWords {
  const words = Object.hasOwn(WORDS, event.event_type) ? WORDS[event.event_type] : undefined;
  if (words) return words(event.data ?? {});
  return { title: sentence(event.event_type), detail: '', tone: 'plain' };
}

// The data comes from the network, and later versions may add to it or leave it out: nothing here may throw.
const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const number = (index: unknown) => (typeof index === 'number' ? String(index + 1) : '');
const speaker = (data: Data) => agentName(text(data.agent) || text(data.role));
const by = (agent: unknown) => (text(agent) ? `by ${agentName(text(agent))}` : '');
const reviewTitle = (verdict: unknown) =>
  typeof verdict === 'string' && Object.hasOwn(VERDICT_WORDS, verdict)
    ? VERDICT_WORDS[verdict as ReviewVerdict]
    : 'Review given';
const reasons = (list: unknown) =>
  (toReview({ verdict: 'changes', reasons: list })?.reasons ?? []).map(
    (reason) => `${toPlace(reason)} ${reason.reason}`,
  );
const count = (list: unknown, what: string) => {
  const length = Array.isArray(list) ? list.length : 0;
  return `${length} ${what}${length === 1 ? '' : 's'}`;
};
const attempt = (data: Data) =>
  typeof data.attempt === 'number' && data.attempt > 1
    ? `${text(data.step)} (attempt ${data.attempt})`
    : text(data.step);
const sentence = (name: string) => {
  const words = name.replaceAll(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
