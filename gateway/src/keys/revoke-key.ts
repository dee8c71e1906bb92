import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';

export const revokeKey = endpoint<Deps>({
  method: 'delete',
  path: '/keys/:id',
  access: 'account.change',
  summary: 'Revokes an API key',
  answers: { 204: NO_CONTENT },
  errors: ['KEY_NOT_FOUND'],
  async handle({ deps, identity, params, request }) {
    const { address } = signedInFrom(request);
    if (!(await deps.keys.revoke(identity.userId, params.id as string, address))) throw new AppError('KEY_NOT_FOUND');
    return { status: 204 };
  },
});
