import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  findOutboxEvents,
  type GivenService,
  givenRunningTask,
  givenService,
  givenWaitingTask,
} from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);

const CALL = { call_id: '0.1.1', step: 0, tool: 'ask_user', summary: 'Which colour?' };

describe('POST /tasks/:id/answer', () => {
  const answer = (id: string, body: object) => service.post(`/tasks/${id}/answer`, body);

  test('200: the answer is part of the conversation and goes to the call that asked', async () => {
    const id = await givenWaitingTask(service, { waiting_for: 'input', call: CALL });
    expect((await service.get(`/tasks/${id}`)).body).toMatchObject({ waiting_call: CALL, error: null });
    const { status, body } = await answer(id, { answer: 'Blue' });
    expect([status, body.messages.at(-1)]).toMatchObject([200, { role: 'user', content: 'Blue' }]);
    expect((await commands(id)).at(-1)).toMatchObject({
      type: 'question.answered',
      data: { call_id: '0.1.1', answer: 'Blue', until: 'end' },
    });
  });

  test.each([{}, { answer: '' }, { answer: ' ' }, { answer: 7 }, { answer: 'x', step: 1 }])('400: %j', async (body) => {
    expect((await answer('any', body)).body.code).toBe('INPUT_INVALID');
  });

  test('409: nobody asked', async () => {
    const waiting = await givenWaitingTask(service, { waiting_for: 'input', code: 'AI_UNAVAILABLE' });
    expect((await answer(waiting, { answer: 'x' })).body.code).toBe('NO_QUESTION');
    expect((await answer((await givenRunningTask(service)).id, { answer: 'x' })).body.code).toBe('TASK_BUSY');
  });
});
