import { describe, expect, test } from '@jest/globals';
import { findCurrentStep, parsePlan } from './parse-plan.ts';

const IDLE = { status: 'in_progress', current: undefined } as const;

const outline = (value: unknown, context: Parameters<typeof parsePlan>[1] = IDLE) =>
  parsePlan(value, context).map(({ description, status }) => [description, status]);

describe('parsePlan', () => {
  test.each<[string, unknown]>([
    ['texts', ['a', 'b']],
    ['objects', [{ description: 'a' }, { title: 'b' }]],
    ['objects of other versions', [{ step: 'a' }, { name: 'b', description: ' ' }]],
    ['lines', 'a\n\nb\n'],
    ['an object with steps', { steps: ['a', { text: 'b' }] }],
  ])('%s', (_what, plan) => {
    expect(outline(plan)).toEqual([
      ['a', 'pending'],
      ['b', 'pending'],
    ]);
  });

  test('a step without any text has a name all the same', () => {
    expect(outline([{ result: 'x' }])).toEqual([['Step 1', 'pending']]);
  });

  test.each([
    ['completed', 'completed'],
    ['StepStatus.DONE', 'completed'],
    ['failed', 'failed'],
    ['skipped', 'skipped'],
    ['in_progress', 'pending'],
    ['waiting', 'pending'],
    ['unheard of', 'pending'],
  ])('a step that is %s is %s', (status, expected) => {
    expect(outline([{ description: 'a', status }])).toEqual([['a', expected]]);
  });

  test('steps that say nothing are as far as the task is', () => {
    expect(outline(['a', 'b', 'c'], { status: 'in_progress', current: 1 }).map(([, status]) => status)).toEqual([
      'completed',
      'pending',
      'pending',
    ]);
    expect(outline(['a', 'b'], { status: 'completed', current: undefined }).map(([, status]) => status)).toEqual([
      'completed',
      'completed',
    ]);
    expect(outline([{ description: 'a', done: true }, 'b']).map(([, status]) => status)).toEqual([
      'completed',
      'pending',
    ]);
  });

  test('what is known of a step is kept, in the shape of ours', () => {
    const old = {
      description: 'a',
      status: 'completed',
      agent: 'claude',
      result: { files: ['x'] },
      started_at: '2024-05-06T07:08:09',
      completed_at: 1714979289,
      review: { ok: true },
      cost_micro_usd: 12,
      commit: 'of a repository that is not ours',
      logs: ['x'],
    };
    expect(parsePlan([old], IDLE)).toEqual([
      {
        index: 0,
        description: 'a',
        status: 'completed',
        agent: 'claude',
        started_at: '2024-05-06T07:08:09.000Z',
        finished_at: '2024-05-06T07:08:09.000Z',
        attempts: 1,
        result: '{"files":["x"]}',
        review: { ok: true },
        commit: null,
        cost_micro_usd: 12,
        oldLogs: ['x'],
      },
    ]);
  });
});

test.each([
  ['in_progress', 1, 1],
  ['in_progress', 2, null],
  ['in_progress', undefined, 1],
  ['failed', 0, 0],
  ['completed', 1, null],
  ['cancelled', 1, null],
] as const)('the current step of a task that is %s and says %s is %s', (status, said, expected) => {
  const plan = parsePlan(
    [
      { description: 'a', status: 'completed' },
      { description: 'b', status: said === 2 ? 'done' : '' },
    ],
    {
      status,
      current: said,
    },
  );
  expect(findCurrentStep(plan, status, said)).toBe(expected);
});
