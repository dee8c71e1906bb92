import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';

/** Signs out one of the caller's browsers, wherever it is. */
export const revokeSession = endpoint<Deps>({
  method: 'delete',
  path: '/sessions/:id',
  access: 'account.change',
  summary: 'Signs out one of the caller’s browsers',
  answers: { 204: NO_CONTENT },
  errors: ['SESSION_NOT_FOUND'],
  async handle({ deps, identity, params, request }) {
    const { address } = signedInFrom(request);
    if (!(await deps.sessions.revokeById(identity.userId, params.id as string, address)))
      throw new AppError('SESSION_NOT_FOUND');
    return { status: 204 };
  },
});
