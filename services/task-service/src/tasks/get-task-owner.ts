import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';

/** For services that have not heard of a task yet: who may see it. Not routed by the gateway. */
export const getTaskOwner = endpoint<Deps>({
  method: 'get',
  path: '/internal/tasks/:id/owner',
  access: 'service',
  async handle({ deps, params }) {
    const [row] = await deps.db.query<{ owner_id: string; seq: number }>(
      'select owner_id, seq from tasks where id = $1 and deleted_at is null',
      [params.id],
    );
    if (!row) throw new AppError('TASK_NOT_FOUND');
    return { status: 200, body: row };
  },
});
