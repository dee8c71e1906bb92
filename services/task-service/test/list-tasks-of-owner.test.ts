import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService, givenTask, OWNER, STRANGER } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const AGENT = { userId: 'agent-service', kind: 'service' as const, scopes: ['read' as const] };

describe('GET /internal/owners/:id/tasks', () => {
  test("200: an owner's newest tasks, and nobody else's", async () => {
    const mine = [await givenTask(service), await givenTask(service)];
    await givenTask(service, {}, STRANGER);
    const { status, body } = await service.get(`/internal/owners/${OWNER}/tasks`, AGENT);
    expect([status, body.map(({ id }: { id: string }) => id)]).toEqual([200, mine.reverse()]);
    expect((await service.get('/internal/owners/nobody/tasks', AGENT)).body).toEqual([]);
  });

  test('403: a user', async () => {
    expect((await service.get(`/internal/owners/${OWNER}/tasks`)).status).toBe(403);
  });
});
