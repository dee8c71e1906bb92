import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { callerOf, signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { newPasswordInput, passwordInput } from './account-input.ts';

type ChangePassword = { current_password: string; password: string };

/** Signs out everywhere else: whoever knew the old password may be signed in there. Keys stay. */
export const changePassword = endpoint<Deps, ChangePassword>({
  method: 'post',
  path: '/password',
  access: 'account.change',
  summary: 'Changes the password and signs out everywhere else',
  answers: { 204: NO_CONTENT },
  errors: ['CREDENTIALS_WRONG', 'RATE_LIMITED'],
  bodySample: { current_password: 'correct horse battery staple', password: 'another horse, another staple' },
  withoutIdempotencyKey: 'its body has a password, of which nothing is kept',
  body: Joi.object<ChangePassword, true>({ current_password: passwordInput, password: newPasswordInput }),
  async handle({ deps, body, identity, request }) {
    const { userId } = identity;
    await deps.signInLimit(request, userId);
    const { address } = signedInFrom(request);
    const change = { current: body.current_password, password: body.password };
    await deps.accounts.changePassword(userId, change, async (tx) => {
      await deps.sessions.revokeOthers(tx, userId, callerOf(request).sessionHash);
      await appendToAudit(tx, { actor_id: userId, action: 'password_changed', address });
    });
    return { status: 204 };
  },
});
