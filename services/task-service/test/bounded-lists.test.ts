// However long a run: the lists in a Task have their newest 200 entries, and no row grows with a log line.
import { messageAdded } from '@builder-ai/contracts/events/message-added';
import type { LogEntry } from '@builder-ai/contracts/task';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GivenService, givenRunningTask, givenService } from './given-service.ts';

let service: GivenService;
let id: string;

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const messages = (lines: LogEntry[]) => lines.map(({ message }) => message);

beforeAll(async () => {
  service = await givenService();
  ({ id } = await givenRunningTask(service, ['one', 'two', 'three']));
  for (const n of numbers(1, 250)) await service.agent.logs(id, `one ${n}`, 0);
  for (const n of numbers(1, 250)) await service.agent.logs(id, `two ${n}`, 1);
  for (const n of numbers(1, 20)) await service.agent.logs(id, `of the task ${n}`);
  for (const n of numbers(1, 250)) {
    await service.agent.says(id, messageAdded, { role: 'assistant', agent: 'template', content: `said ${n}` });
  }
});

afterAll(() => service.close());

test('of 520 log lines the task shows the last 200', async () => {
  const { logs } = (await service.get(`/tasks/${id}`)).body;
  expect(messages(logs)).toEqual([
    ...numbers(71, 250).map((n) => `two ${n}`),
    ...numbers(1, 20).map((n) => `of the task ${n}`),
  ]);
});

test('of 250 log lines of a step the step shows its last 200, also when they are none of the task’s last', async () => {
  const { plan } = (await service.get(`/tasks/${id}`)).body;
  expect(messages(plan[0].logs)).toEqual(numbers(51, 250).map((n) => `one ${n}`));
  expect(messages(plan[1].logs)).toEqual(numbers(51, 250).map((n) => `two ${n}`));
  expect(plan[2].logs).toEqual([]);
});

test('of 250 messages the task shows the last 200, and their transcript', async () => {
  const task = (await service.get(`/tasks/${id}`)).body;
  const shown = numbers(51, 250).map((n) => `said ${n}`);
  expect(task.messages.map(({ content }: { content: string }) => content)).toEqual(shown);
  expect(task.collaboration_log).toBe(shown.map((text) => `[template] ${text}`).join('\n'));
});

test('every log line is at /logs', async () => {
  expect((await service.get(`/tasks/${id}/logs`)).body).toHaveLength(520);
});

test('the row of the task has none of them', async () => {
  const [row] = await service.deps.db.query('select logs, messages, plan::text as plan from tasks where id = $1', [id]);
  expect(row).toMatchObject({ logs: [], messages: [], plan: expect.not.stringContaining('one 1') });
});
