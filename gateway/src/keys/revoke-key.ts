import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { appendToAudit } from '../audit/audit-log.ts';
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
    const key = await deps.keys.revoke(identity.userId, params.id as string);
    if (!key) throw new AppError('KEY_NOT_FOUND');
    await appendToAudit(deps.db, {
      actor_id: identity.userId,
      action: 'key_revoked',
      subject: key.id,
      address: signedInFrom(request).address,
      details: { name: key.name, prefix: key.prefix },
    });
    return { status: 204 };
  },
});
