import type { Identity } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GivenService, givenService, givenTask, OWNER } from './given-service.ts';

const ASKING: Identity = { userId: 'agent-service', kind: 'service', scopes: ['read'] };

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

describe('GET /internal/tasks/:id/owner', () => {
  test('200: who may see the task', async () => {
    const id = await givenTask(service);
    const { status, body } = await service.get(`/internal/tasks/${id}/owner`, ASKING);
    expect([status, body]).toEqual([200, { owner_id: OWNER, seq: 1 }]);
  });

  test('403: a user, even the owner with every scope', async () => {
    const id = await givenTask(service);
    const { status, body } = await service.get(`/internal/tasks/${id}/owner`, OWNER);
    expect([status, body.code]).toEqual([403, 'FORBIDDEN']);
  });

  test('404: unknown or deleted', async () => {
    const deleted = await givenTask(service);
    await service.deps.db.query('update tasks set deleted_at = now() where id = $1', [deleted]);
    for (const id of ['unknown', deleted]) {
      const { status, body } = await service.get(`/internal/tasks/${id}/owner`, ASKING);
      expect([status, body.code]).toEqual([404, 'TASK_NOT_FOUND']);
    }
  });
});
