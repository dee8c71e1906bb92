import { describe, expect, test } from '@jest/globals';
import { compareEvents } from './compare-events.ts';
import type { RecordedEvent, RecordedRow, ToldEvent } from './recording.ts';

const told = (...events: ToldEvent[]): RecordedEvent[] =>
  events.map((event, index) => ({ type: 'event', no: index + 1, at: '2026-01-01T00:00:00.000Z', event }));

const started: ToldEvent = { type: 'run.started', data: { job_id: 'job-1', agent: 'claude' } };
const called = (call_id: string, attempt = 1): ToldEvent => ({
  type: 'tool.called',
  data: { call_id, step: 0, agent: 'claude', tool: 'write_file', summary: 'a.txt', attempt },
});
const finished = (call_id: string, output = 'Written.', tool = 'write_file'): ToldEvent => ({
  type: 'tool.finished',
  data: { call_id, step: 0, tool, ok: true, output },
});
const shown = (message: string): ToldEvent => ({
  type: 'log.added',
  data: { level: 'info', agent: 'claude', step: 0, message },
});
const waiting = (waiting_for: string, code?: string): ToldEvent => ({
  type: 'run.waiting',
  data: { job_id: 'job-1', waiting_for, reason: 'Why', ...(code !== undefined && { code }) },
});
const completed = (job_id = 'job-1'): ToldEvent => ({ type: 'run.completed', data: { job_id } });

const whole = [started, called('0.1.1'), finished('0.1.1'), shown('Written.'), completed()];

describe('the same', () => {
  test.each([
    ['as recorded', whole, whole],
    ['but for ids', whole, [...whole.slice(0, -1), completed('job-of-the-replay')]],
    [
      'but for an interruption',
      [started, called('0.1.1'), { type: 'run.resumed', data: { epoch: 2 } }, called('0.1.1', 2), ...whole.slice(2)],
      whole,
    ],
    ['but for waiting for money', [started, waiting('budget', 'BUDGET_EXHAUSTED'), ...whole], whole],
    [
      'but for what a command printed',
      [finished('0.1.1', '12:00', 'run_command'), shown('12:00'), completed()],
      [finished('0.1.1', '12:01', 'run_command'), shown('12:01'), completed()],
    ],
    ['as far as a run was recorded that stands still', whole.slice(0, 2), whole],
    ['as a recording without events', [], whole],
  ])('%s', (_what, recorded, replayed) => {
    expect(compareEvents([], told(...recorded), told(...replayed), false)).toEqual([]);
  });

  test('as a call that its user settled, which was told of by nothing but their word', () => {
    const entry = { kind: 'tool.resolved', step: 0, call_id: '0.1.1', decision: 'done', result: 'closed' } as const;
    const rows: RecordedRow[] = [{ type: 'ledger', no: 1, epoch: 1, at: '', entry }];
    const recorded = told(started, called('0.1.1'), waiting('uncertain', 'CALL_UNCERTAIN'), completed());
    expect(compareEvents(rows, recorded, told(...whole), false)).toEqual([]);
  });
});

describe('the first difference, by the number of the recorded event', () => {
  test.each([
    [
      'another type',
      [started, called('0.1.1'), completed()],
      /^Event 3: tool\.finished .* the replay told run\.completed/,
    ],
    [
      'other data',
      [started, called('0.1.1'), finished('0.1.1', 'No.'), shown('No.'), completed()],
      /^Event 3: output of tool\.finished was recorded as "Written\."; the replay told "No\."/,
    ],
    [
      'another order',
      [started, finished('0.1.1'), shown('Written.'), called('0.1.1'), completed()],
      /^Event 2: tool\.called .* was recorded; the replay told tool\.finished/,
    ],
    ['less', whole.slice(0, -1), /^Event 5: run\.completed .* the replay told nothing more/],
    ['more', [...whole, completed()], /^After the last event: nothing more was recorded; .* run\.completed/],
    ['a question', [started, waiting('input'), ...whole.slice(1)], /the replay told run\.waiting/],
  ])('%s', (_what, replayed, words) => {
    expect(compareEvents([], told(...whole), told(...replayed), false)).toEqual([expect.stringMatching(words)]);
  });
});
