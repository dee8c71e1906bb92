import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService, givenTask } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const commands = (id: string) => findOutboxEvents(service.deps.db, 'task.commands', id);

describe('POST /tasks/:id/messages', () => {
  const say = (id: string, body: object) => service.post(`/tasks/${id}/messages`, body);

  test('200: it is part of the conversation, and the agents are told', async () => {
    const { id } = await givenRunningTask(service);
    const { status, body } = await say(id, { content: 'Use blue' });
    expect(status).toBe(200);
    expect(body.messages.at(-1)).toMatchObject({ role: 'user', agent: null, content: 'Use blue' });
    expect(body.collaboration_log).toContain('[user] Use blue');
    expect((await commands(id)).at(-1)).toMatchObject({ type: 'message.posted', data: { content: 'Use blue' } });
  });

  test.each([{}, { content: '  ' }, { content: 'x'.repeat(10_001) }, { content: 'x', role: 'system' }])(
    '400: a fault (%#)',
    async (body) => {
      expect((await say('any', body)).body.code).toBe('INPUT_INVALID');
    },
  );

  test('409: a task that was never run has nobody who hears', async () => {
    expect((await say(await givenTask(service), { content: 'x' })).body.code).toBe('NOT_RUNNING');
  });
});
