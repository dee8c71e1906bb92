import { describe, expect, test } from '@jest/globals';
import { parseTask } from './parse-task.ts';

const NOW = new Date('2026-03-04T05:06:07.890Z');
const CREATED = '2024-05-06T07:08:09.123Z';

/** As the original product wrote it. */
const OLD = {
  id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  title: 'Landing page',
  type: 'build',
  goal: 'build a landing page',
  project_id: 'p1',
  status: 'in_progress',
  plan: ['1. Write the page', '2. Check it'],
  current_step: 1,
  created_at: '2024-05-06T07:08:09.123456',
  updated_at: '2024-05-06T08:00:00',
  logs: ['Planned', 'Step one done'],
  error: null,
  metadata: { source: 'cli' },
  messages: [{ role: 'user', content: 'hello' }],
  collaboration_log: 'claude: I will plan.',
};

function parse(change: Record<string, unknown> = {}) {
  const parsed = parseTask({ ...OLD, ...change }, NOW);
  if ('reasons' in parsed) throw new Error(parsed.reasons.join('; '));
  return parsed.task;
}

function reasons(change: Record<string, unknown>): string[] {
  const parsed = parseTask({ ...OLD, ...change }, NOW);
  return 'reasons' in parsed ? parsed.reasons : [];
}

test('all fifteen fields of an old task are taken', () => {
  expect(parse()).toEqual({
    id: OLD.id,
    title: 'Landing page',
    type: 'build',
    goal: 'build a landing page',
    project_id: 'p1',
    status: 'in_progress',
    waiting_for: null,
    plan: [
      expect.objectContaining({ index: 0, description: '1. Write the page', status: 'completed', attempts: 1 }),
      expect.objectContaining({ index: 1, description: '2. Check it', status: 'pending', attempts: 0 }),
    ],
    current_step: 1,
    created_at: new Date(CREATED),
    updated_at: new Date('2024-05-06T08:00:00Z'),
    logs: [
      { seq: -2, timestamp: CREATED, level: 'info', agent: null, step: null, message: 'Planned' },
      { seq: -1, timestamp: CREATED, level: 'info', agent: null, step: null, message: 'Step one done' },
    ],
    error: null,
    metadata: { source: 'cli' },
    messages: [{ role: 'user', agent: null, content: 'hello', timestamp: CREATED }],
    collaboration_log: 'claude: I will plan.',
  });
});

test('a row of nothing but id and goal has the defaults of a new task', () => {
  const parsed = parseTask({ id: 7, goal: ' say\nhello ' }, NOW);
  expect(parsed).toEqual({
    task: {
      id: '7',
      title: 'say',
      type: 'build',
      goal: 'say\nhello',
      project_id: null,
      status: 'queued',
      waiting_for: null,
      plan: [],
      current_step: null,
      created_at: NOW,
      updated_at: NOW,
      logs: [],
      error: null,
      metadata: {},
      messages: [],
      collaboration_log: null,
    },
  });
});

test.each([null, undefined])('%s means that a field is missing', (nothing) => {
  const names = Object.keys(OLD).filter((name) => name !== 'id' && name !== 'goal');
  expect(parse(Object.fromEntries(names.map((name) => [name, nothing])))).toMatchObject({ type: 'build', plan: [] });
});

describe('type', () => {
  test.each(['fix', 'Fix', 'TaskType.FIX', { value: 'fix' }, { name: 'FIX' }])('%j is fix', (type) => {
    expect(parse({ type })).toMatchObject({ type: 'fix', metadata: { source: 'cli' } });
  });

  test.each(['deploy', { kind: 'x' }, 7])('%j becomes build and is kept in the metadata', (type) => {
    expect(parse({ type })).toMatchObject({ type: 'build', metadata: { source: 'cli', original_type: type } });
  });
});

describe('status', () => {
  test.each([
    ['pending', 'queued'],
    ['In Progress', 'in_progress'],
    ['TaskStatus.IN_PROGRESS', 'in_progress'],
    ['running', 'in_progress'],
    [{ value: 'completed' }, 'completed'],
    ['done', 'completed'],
    ['error', 'failed'],
    ['canceled', 'cancelled'],
  ])('%j is %s', (status, expected) => {
    expect(parse({ status })).toMatchObject({ status: expected, waiting_for: null });
  });

  test('paused waits for somebody', () => {
    expect(parse({ status: 'paused' })).toMatchObject({ status: 'waiting', waiting_for: 'input' });
  });

  test.each(['exploded', '', 3, {}, 'constructor'])('%j is a fault', (status) => {
    expect(reasons({ status })).toEqual([`status: ${JSON.stringify(status)} is not known`]);
  });
});

describe('times', () => {
  test.each([
    ['2024-05-06T07:08:09.123456', CREATED],
    ['2024-05-06 07:08:09.123', CREATED],
    ['2024-05-06T09:08:09.123+02:00', CREATED],
    ['2024-05-06T09:08:09,123+0200', CREATED],
    ['2024-05-06T07:08:09Z', '2024-05-06T07:08:09.000Z'],
    ['2024-05-06', '2024-05-06T00:00:00.000Z'],
    [1714979289.123, CREATED],
    [1714979289123, CREATED],
  ])('%j', (created_at, expected) => {
    expect(parse({ created_at }).created_at.toISOString()).toBe(expected);
  });

  test.each(['yesterday', '2024-02-30T00:00:00', '2024-13-01', '1969-12-31', '0001-01-01', 1e300, -1, {}, ''])(
    '%j is a fault',
    (created_at) => {
      expect(reasons({ created_at })).toEqual([`created_at: ${JSON.stringify(created_at)} is not a time since 1970`]);
    },
  );

  test('each stands in for the other', () => {
    expect(parse({ created_at: null }).created_at).toEqual(new Date('2024-05-06T08:00:00Z'));
    expect(parse({ updated_at: null }).updated_at).toEqual(new Date(CREATED));
  });
});

describe('bad rows', () => {
  test.each([[null], ['text'], [7], [[OLD]]])('%j is no task', (row) => {
    expect(parseTask(row, NOW)).toEqual({ reasons: ['must be an object'] });
  });

  test.each<[string, Record<string, unknown>]>([
    ['id: is missing', { id: undefined }],
    ['id: is missing', { id: '' }],
    ['id: may have 1 to 100 letters, digits and . _ : -', { id: '../x' }],
    ['id: may have 1 to 100 letters, digits and . _ : -', { id: '..' }],
    ['id: may have 1 to 100 letters, digits and . _ : -', { id: 'a/b' }],
    ['id: may have 1 to 100 letters, digits and . _ : -', { id: 'x'.repeat(101) }],
    ['id: may have 1 to 100 letters, digits and . _ : -', { id: 'a\n' }],
    ['id: may have 1 to 100 letters, digits and . _ : -', { id: ['a'] }],
    ['id: is a number that is not exact', { id: 2 ** 60 }],
    ['goal: Goal cannot be empty', { goal: '  ' }],
    ['goal: Goal cannot be empty', { goal: undefined }],
    ['goal: Goal too long (max 2000 chars)', { goal: 'x'.repeat(2_001) }],
    ['goal: must be a text', { goal: ['x'] }],
    ['plan: must be a list of steps', { plan: 7 }],
    ['plan: step 2 must be a text or an object', { plan: ['a', 2] }],
    ['logs: must be a list of log lines', { logs: { a: 1 } }],
    ['messages: must be a list of messages', { messages: 3 }],
    ['metadata: must be an object', { metadata: ['a'] }],
    ['metadata: may have 16 KiB at most', { metadata: { a: 'x'.repeat(16 * 1024) } }],
    ['project_id: may have 100 characters at most', { project_id: 'x'.repeat(101) }],
  ])('%s', (reason, change) => {
    expect(reasons(change)).toEqual([reason]);
  });

  test('all reasons of a row are told', () => {
    expect(reasons({ goal: '', status: 'x', metadata: 1 })).toEqual([
      'status: "x" is not known',
      'goal: Goal cannot be empty',
      'metadata: must be an object',
    ]);
  });

  test('what is nested a hundred thousand levels deep', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(reasons({ metadata: { deep }, logs: [deep], id: deep })).toEqual([
      'id: is nested more than 100 levels deep',
      'logs: is nested more than 100 levels deep',
      'metadata: is nested more than 100 levels deep',
    ]);
  });
});

test('what PostgreSQL cannot store is replaced, everywhere', () => {
  const bad = 'a\0b\ud83d';
  const good = 'a\uFFFDb\uFFFD';
  expect(
    parse({ goal: bad, error: bad, logs: [bad], messages: [bad], plan: [bad], metadata: { [bad]: [bad] } }),
  ).toMatchObject({
    goal: good,
    error: good,
    logs: [{ message: good }],
    messages: [{ content: good }],
    plan: [{ description: good }],
    metadata: { [good]: [good] },
  });
});

test('a title over 200 characters is shortened, the goal is sanitised as a new one', () => {
  const { title, goal } = parse({ title: 'word '.repeat(60), goal: 'a <script>x</script>page' });
  expect([title.length <= 81, title.endsWith('…'), goal]).toEqual([true, true, 'a page']);
});
