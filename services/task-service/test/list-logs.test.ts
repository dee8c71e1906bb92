import { logAdded } from '@builder-ai/contracts/events/log-added';
import type { LogEntry, LogLevel } from '@builder-ai/contracts/task';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService, givenTask, STRANGER } from './given-service.ts';

let service: GivenService;
let id: string;

beforeAll(async () => {
  service = await givenService();
  id = await givenTask(service);
  for (const [level, message] of [
    ['debug', 'one'],
    ['info', 'two'],
    ['warning', 'three'],
    ['info', 'four'],
    ['error', 'five'],
  ] as [LogLevel, string][]) {
    await service.agent.says(id, logAdded, { level, agent: 'template', step: null, message });
  }
});

afterAll(() => service.close());

const logs = (query = '') => service.get(`/tasks/${id}/logs${query}`);
const messages = (body: LogEntry[]) => body.map(({ message }) => message);

describe('GET /tasks/:id/logs', () => {
  test('200: every line in order, whole', async () => {
    const { status, body } = await logs();
    expect([status, messages(body)]).toEqual([200, ['one', 'two', 'three', 'four', 'five']]);
    expect(body[0]).toEqual({
      seq: 2,
      timestamp: expect.stringMatching(/Z$/),
      level: 'debug',
      agent: 'template',
      step: null,
      message: 'one',
    });
    expect(body).toEqual((await service.get(`/tasks/${id}`)).body.logs);
  });

  test('200: after a seq, page by page, without gap or repetition', async () => {
    const all = (await logs()).body as LogEntry[];
    expect((await logs(`?after=${all[2]?.seq}`)).body).toEqual(all.slice(3));
    const walked: LogEntry[] = [];
    for (let page: LogEntry[] = (await logs('?limit=2')).body; page.length > 0; ) {
      expect(page.length).toBeLessThanOrEqual(2);
      walked.push(...page);
      page = (await logs(`?limit=2&after=${walked.at(-1)?.seq}`)).body;
    }
    expect(walked).toEqual(all);
  });

  test('200: nothing after the end', async () => {
    expect((await logs('?after=999999')).body).toEqual([]);
  });

  test('200: of one level, also together with the rest', async () => {
    const all = (await logs()).body as LogEntry[];
    expect(messages((await logs('?level=info')).body)).toEqual(['two', 'four']);
    expect(messages((await logs(`?level=info&after=${all[1]?.seq}`)).body)).toEqual(['four']);
    expect(messages((await logs('?level=info&limit=1')).body)).toEqual(['two']);
  });

  test('200: no more than a thousand lines at once', async () => {
    const long = await givenTask(service);
    await service.deps.db.query(
      `insert into timeline (task_id, seq, event_id, event_type, timestamp, data)
       select $1, n, $1 || n, 'log_added', now(), json_build_object('seq', n, 'message', n::text)
       from generate_series(2, 1101) n`,
      [long],
    );
    const { body } = await service.get(`/tasks/${long}/logs`);
    expect([body.length, body.at(-1).seq]).toEqual([1_000, 1_001]);
  });

  test.each(['level=loud', 'after=-5000000000', 'after=x', 'limit=0', 'limit=1001', 'step=1'])(
    '400: %s',
    async (query) => {
      const { status, body } = await logs(`?${query}`);
      expect([status, body.code]).toEqual([400, 'INPUT_INVALID']);
    },
  );

  test('400: a seq that no database number holds', async () => {
    for (const after of ['2147483648', '9007199254740991', '1e300'])
      expect([after, (await logs(`?after=${after}`)).status]).toEqual([after, 400]);
  });

  test("404: unknown, another owner's", async () => {
    const theirs = await givenTask(service, {}, STRANGER);
    for (const task of ['unknown', theirs]) expect((await service.get(`/tasks/${task}/logs`)).status).toBe(404);
  });
});
