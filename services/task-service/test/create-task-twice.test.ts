// The same POST /tasks sent twice has one effect and one answer.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const create = (body: object, headers: Record<string, string> = {}) => service.post('/tasks', body, headers);

const countTasks = async () => {
  const [row] = await service.deps.db.query<{ n: number }>('select count(*) as n from tasks');
  return row?.n ?? 0;
};

describe('POST /tasks with an Idempotency-Key', () => {
  test('200: the same request twice makes one task and answers with it', async () => {
    const before = await countTasks();
    const first = await create({ goal: 'a page' }, { 'idempotency-key': 'twice' });
    const second = await create({ goal: 'a page' }, { 'idempotency-key': 'twice' });
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await countTasks()).toBe(before + 1);
  });

  test('200: twenty of the same at once make one task', async () => {
    const before = await countTasks();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create({ goal: 'a page' }, { 'idempotency-key': 'at-once' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await countTasks()).toBe(before + 1);
  });

  test('200: the key of another owner is another key', async () => {
    const mine = await create({ goal: 'a page' }, { 'idempotency-key': 'shared' });
    const theirs = await service.post('/tasks', { goal: 'a page' }, { 'idempotency-key': 'shared' }, 'somebody');
    expect([theirs.status, theirs.body.id === mine.body.id]).toEqual([200, false]);
  });

  test('200: a refused request does not use the key up', async () => {
    expect((await create({ goal: '' }, { 'idempotency-key': 'corrected' })).status).toBe(400);
    expect((await create({ goal: 'a page' }, { 'idempotency-key': 'corrected' })).status).toBe(200);
  });

  test('422: the same key with another body', async () => {
    await create({ goal: 'a page' }, { 'idempotency-key': 'reused' });
    const { status, body } = await create({ goal: 'another page' }, { 'idempotency-key': 'reused' });
    expect([status, body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test.each(['', 'x'.repeat(256)])('400: a key of no or too many characters (%#)', async (key) => {
    const { status, body } = await create({ goal: 'a page' }, { 'idempotency-key': key });
    expect([status, body.errors?.[0].field]).toEqual([400, 'Idempotency-Key']);
  });
});
