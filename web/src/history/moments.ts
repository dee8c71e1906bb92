import type { TaskEvent } from '@builder-ai/contracts/task';

/** A moment that is worth going to: the entry with which something was done or stopped. */
export type Moment = { seq: number; words: string; tone: 'good' | 'bad' | 'waiting' | 'plain' };

const number = (data: TaskEvent['data']) => (typeof data.index === 'number' ? data.index + 1 : '?');

const WORDS: Record<string, (data: TaskEvent['data']) => Omit<Moment, 'seq'>> = {
  plan_created: () => ({ words: 'plan made', tone: 'plain' }),
  step_completed: (data) => ({ words: `step ${number(data)} done`, tone: 'good' }),
  step_failed: (data) => ({ words: `step ${number(data)} failed`, tone: 'bad' }),
  task_waiting: () => ({ words: 'waiting', tone: 'waiting' }),
  task_retried: () => ({ words: 'made anew', tone: 'plain' }),
};

export function toMoments(events: readonly TaskEvent[]): Moment[] {
  return events.flatMap(({ seq, event_type, data }) => {
    const words = Object.hasOwn(WORDS, event_type) ? WORDS[event_type] : undefined;
    return words ? [{ seq, ...words(data ?? {}) }] : [];
  });
}
