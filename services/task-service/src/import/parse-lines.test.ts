import { describe, expect, test } from '@jest/globals';
import { parseLogs, parseMessages, parseTranscript } from './parse-lines.ts';
import { parsePlan } from './parse-plan.ts';

const CREATED = new Date('2024-05-06T07:00:00Z');
const at = (minute: number) => `2024-05-06T07:0${minute}:00.000Z`;

const plan = (...logs: unknown[]) =>
  parsePlan(
    logs.map((lines, index) => ({ description: `step ${index}`, logs: lines })),
    { status: 'in_progress', current: undefined },
  );

describe('parseLogs', () => {
  test('texts and objects of all versions', () => {
    const lines = [
      'a text',
      { timestamp: at(1), level: 'WARNING', agent: 'claude', step: 1, message: 'whole' },
      { time: at(2), level: 'critical', text: 'other names' },
      { level: 'constructor', message: 'x' },
      { message: '' },
      { unheard: 'of' },
      7,
    ];
    expect(parseLogs(lines, plan([], []), CREATED)).toEqual([
      { seq: -7, timestamp: at(0), level: 'info', agent: null, step: null, message: 'a text' },
      { seq: -6, timestamp: at(1), level: 'warning', agent: 'claude', step: 1, message: 'whole' },
      { seq: -5, timestamp: at(2), level: 'error', agent: null, step: null, message: 'other names' },
      { seq: -4, timestamp: at(2), level: 'info', agent: null, step: null, message: 'x' },
      { seq: -3, timestamp: at(2), level: 'info', agent: null, step: null, message: '' },
      { seq: -2, timestamp: at(2), level: 'info', agent: null, step: null, message: '{"unheard":"of"}' },
      { seq: -1, timestamp: at(2), level: 'info', agent: null, step: null, message: '7' },
    ]);
  });

  test('one long text is its lines', () => {
    expect(parseLogs('a\r\n\nb\n', [], CREATED).map(({ message }) => message)).toEqual(['a', 'b']);
  });

  test('the lines of steps take their place among those of the task', () => {
    const ofTask = [
      { timestamp: at(1), message: 'first' },
      { timestamp: at(3), message: 'third' },
    ];
    const ofStep = [{ timestamp: at(2), message: 'second' }];
    expect(parseLogs(ofTask, plan([], ofStep), CREATED).map(({ seq, step, message }) => [seq, step, message])).toEqual([
      [-3, null, 'first'],
      [-2, 1, 'second'],
      [-1, null, 'third'],
    ]);
  });

  test('a line that is kept with the task and with its step is one line; one said twice is two', () => {
    const lines = [{ timestamp: at(1), message: 'said' }];
    expect(parseLogs(lines, plan([...lines, ...lines]), CREATED).map(({ step, message }) => [step, message])).toEqual([
      [0, 'said'],
      [0, 'said'],
    ]);
  });

  test('a step that the plan does not have is no step', () => {
    expect(parseLogs([{ message: 'a', step: 5 }], plan([]), CREATED)[0]?.step).toBeNull();
  });
});

describe('parseMessages', () => {
  test('texts and objects of all versions', () => {
    const messages = [
      { role: 'user', content: 'a', timestamp: at(1) },
      'b',
      { sender: 'claude', agent: 'claude', message: 'c' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'd' },
          { type: 'tool_use', name: 'write' },
        ],
      },
    ];
    expect(parseMessages(messages, CREATED)).toEqual([
      { role: 'user', agent: null, content: 'a', timestamp: at(1) },
      { role: 'assistant', agent: null, content: 'b', timestamp: at(1) },
      { role: 'claude', agent: 'claude', content: 'c', timestamp: at(1) },
      { role: 'assistant', agent: null, content: 'd\n{"type":"tool_use","name":"write"}', timestamp: at(1) },
    ]);
  });
});

test.each<[unknown, string | null]>([
  [null, null],
  ['as it is\n', 'as it is\n'],
  [[], null],
  [['one', { agent: 'claude', message: 'two' }, { role: 'user', content: 'three' }], 'one\n[claude] two\n[user] three'],
  [{ turns: 2 }, '{"turns":2}'],
])('the transcript %j is %j', (value, expected) => {
  expect(parseTranscript(value, CREATED)).toBe(expected);
});
