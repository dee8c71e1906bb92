// Imported tasks on a real database: written all or none, told to others, shown like any task, and able to run.
import { runStarted } from '@builder-ai/contracts/events/run-started';
import type { LogEntry, Task } from '@builder-ai/contracts/task';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseTasksFile } from '../src/import/parse-tasks-file.ts';
import { countExisting, writeImportedTasks } from '../src/import/write-imported-tasks.ts';
import { findOutboxEvents, type GivenService, givenService, givenTask, OWNER, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const parse = (rows: unknown[]) => parseTasksFile(Buffer.from(JSON.stringify(rows))).tasks;
const write = (rows: unknown[], owner = OWNER) => writeImportedTasks(service.deps, owner, parse(rows));
const getTask = async (id: string): Promise<Task> => (await service.get(`/tasks/${id}`)).body;
const messages = (lines: LogEntry[]) => lines.map(({ message }) => message);

const numbered = (n: number, text: string) => Array.from({ length: n }, (_, index) => `${text} ${index + 1}`);

test('an imported task is shown with everything it brought along', async () => {
  const old = {
    id: 'old-1',
    title: 'Landing page',
    type: 'deploy',
    goal: 'build a landing page',
    project_id: 'p1',
    status: 'in_progress',
    plan: [{ description: 'one', status: 'completed', result: 'Done', logs: ['of step one'] }, 'two'],
    current_step: 1,
    created_at: '2024-05-06T07:08:09.123456',
    updated_at: '2024-05-06T08:00:00',
    logs: ['of the task'],
    error: 'a note',
    metadata: { source: 'cli' },
    messages: [{ role: 'user', content: 'hello' }],
    collaboration_log: 'claude: I will plan.',
  };
  expect(await write([old])).toEqual({ imported: 1, existing: 0 });
  const task = await getTask('old-1');
  expect(task).toMatchObject({
    id: 'old-1',
    title: 'Landing page',
    type: 'build',
    goal: 'build a landing page',
    project_id: 'p1',
    status: 'in_progress',
    current_step: 1,
    created_at: '2024-05-06T07:08:09.123Z',
    updated_at: '2024-05-06T08:00:00.000Z',
    error: 'a note',
    metadata: { source: 'cli', original_type: 'deploy' },
    messages: [{ role: 'user', content: 'hello' }],
    collaboration_log: 'claude: I will plan.',
    seq: 1,
  });
  expect(messages(task.logs)).toEqual(['of the task', 'of step one']);
  expect(task.plan.map((step) => [step.description, step.status, step.result, messages(step.logs)])).toEqual([
    ['one', 'completed', 'Done', ['of step one']],
    ['two', 'pending', null, []],
  ]);
  expect((await service.get('/tasks/old-1/logs')).body).toEqual(task.logs);
});

test('each has entry 1 of its timeline, and the event that tells the feed of it', async () => {
  await write([{ id: 'told', goal: 'a page', type: 'fix' }]);
  const data = { title: 'a page', goal: 'a page', type: 'fix', project_id: null };
  expect(await service.deps.db.query(`select seq, event_type, data from timeline where task_id = 'told'`)).toEqual([
    { seq: 1, event_type: 'task_created', data },
  ]);
  expect(await findOutboxEvents(service.deps.db, 'task.events', 'told')).toEqual([
    expect.objectContaining({ no: 1, seq: 1, type: 'task.created', ownerid: OWNER, data }),
  ]);
});

test('a second import imports nothing and changes nothing, also of what was changed or deleted since', async () => {
  const rows = ['again-1', 'again-2', 'again-3'].map((id) => ({ id, goal: 'a page' }));
  await write(rows);
  await service.agent.logs('again-1', 'since then');
  await service.deps.db.query(`update tasks set deleted_at = now() where id = 'again-2'`);
  const state = () => service.deps.db.query(`select * from tasks where id like 'again%' order by id`);
  const before = await state();
  expect(await countExisting(service.deps.db, parse(rows))).toBe(3);
  expect(await write([...rows, { id: 'again-4', goal: 'new' }])).toEqual({ imported: 1, existing: 3 });
  expect(await write(rows, STRANGER)).toEqual({ imported: 0, existing: 3 });
  expect((await state()).slice(0, 3)).toEqual(before);
  expect(await findOutboxEvents(service.deps.db, 'task.events', 'again-3')).toHaveLength(1);
});

test('two imports at once, in two orders, write each task once', async () => {
  const rows = numbered(50, 'x').map((goal, n) => ({ id: `at-once-${n}`, goal }));
  const written = await Promise.all([write(rows), write(rows.toReversed()), write(rows)]);
  expect(written.reduce((sum, { imported }) => sum + imported, 0)).toBe(50);
  for (const { id } of rows) expect(await findOutboxEvents(service.deps.db, 'task.events', id)).toHaveLength(1);
});

test('a fault in the middle leaves nothing at all', async () => {
  const tasks = parse(['none-1', 'none-2', 'none-3'].map((id) => ({ id, goal: 'a page' })));
  const broken = tasks.map((task, n) => (n === 2 ? { ...task, status: 'exploded' as 'failed' } : task));
  await expect(writeImportedTasks(service.deps, OWNER, broken)).rejects.toThrow('tasks_status_check');
  expect(await countExisting(service.deps.db, tasks)).toBe(0);
  expect(await findOutboxEvents(service.deps.db, 'task.events', 'none-1')).toEqual([]);
});

test('the owner’s list shows them at once, in the order of their times, without their lines and texts', async () => {
  const owner = 'list-owner';
  const now = await givenTask(service, { goal: 'of today' }, owner);
  await service.get('/tasks', owner);
  const row = {
    goal: 'old',
    logs: ['a line'],
    messages: ['a message'],
    collaboration_log: 'a transcript',
    plan: ['one'],
  };
  await write(
    [
      { ...row, id: 'older', created_at: '2023-01-01' },
      { ...row, id: 'old', created_at: '2024-01-01' },
    ],
    owner,
  );
  const list: Task[] = (await service.get('/tasks', owner)).body;
  expect(list.map(({ id }) => id)).toEqual([now, 'old', 'older']);
  expect(list[1]).toMatchObject({ logs: [], messages: [], collaboration_log: null, plan: [{ logs: [] }] });
});

describe('many imported lines', () => {
  beforeAll(async () => {
    const plan = [{ description: 'one', logs: numbered(250, 'step line') }];
    const row = { id: 'many', goal: 'x', created_at: '2024-01-01', plan, messages: numbered(250, 'message') };
    await write([{ ...row, logs: [{ timestamp: '2024-01-02', message: 'the last' }] }]);
    await service.agent.logs('many', 'a new one', 0);
  });

  test('the task shows the last 200, per step as well', async () => {
    const task = await getTask('many');
    expect(task.logs).toHaveLength(200);
    expect(messages(task.logs).slice(-3)).toEqual(['step line 250', 'the last', 'a new one']);
    expect(messages(task.plan[0]?.logs ?? [])).toEqual([...numbered(250, 'step line').slice(-199), 'a new one']);
    expect(task.messages.map(({ content }) => content)).toEqual(numbered(250, 'message').slice(-200));
  });

  test('/logs gives all of them, and page by page without gap or repetition', async () => {
    const all: LogEntry[] = (await service.get('/tasks/many/logs')).body;
    expect(messages(all)).toEqual([...numbered(250, 'step line'), 'the last', 'a new one']);
    const walked: LogEntry[] = [];
    for (let page = (await service.get('/tasks/many/logs?limit=40')).body; page.length > 0; ) {
      expect(page.length).toBeLessThanOrEqual(40);
      walked.push(...page);
      page = (await service.get(`/tasks/many/logs?limit=40&after=${walked.at(-1)?.seq}`)).body;
    }
    expect(walked).toEqual(all);
    expect(messages((await service.get('/tasks/many/logs?after=0')).body)).toEqual(['a new one']);
    expect((await service.get('/tasks/many/logs?level=error')).body).toEqual([]);
  });
});

test('an imported task that has not ended can be run, and says what it said before and since', async () => {
  await write([{ id: 'runs', goal: 'a page', status: 'paused', collaboration_log: 'before', logs: ['before'] }]);
  const { status, body } = await service.post('/tasks/runs/run-async');
  expect(status).toBe(202);
  await service.agent.says('runs', runStarted, { job_id: body.job_id, agent: 'template' });
  await service.agent.plans('runs', ['one']);
  await service.agent.logs('runs', 'since', 0);
  await service.agent.makesStep('runs', 0, null);
  await service.agent.completes('runs', body.job_id);
  const task = await getTask('runs');
  expect([task.status, messages(task.logs), task.collaboration_log]).toEqual([
    'completed',
    ['before', 'since'],
    'before',
  ]);
});

test('an imported task that has ended cannot be run', async () => {
  await write([{ id: 'ended', goal: 'a page', status: 'done' }]);
  expect((await service.post('/tasks/ended/run')).body.code).toBe('TASK_ENDED');
});
