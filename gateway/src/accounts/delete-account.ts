import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import { signedInFrom } from '../auth/identify.ts';
import { clearSessionCookie } from '../auth/session-cookie.ts';
import type { Deps } from '../deps.ts';
import { removeUser } from '../users/remove-user.ts';
import { passwordInput } from './account-input.ts';

type DeleteAccount = { password: string };

/** A user leaves, and takes along what nobody else has a part in: the password says that it is meant. */
export const deleteAccount = endpoint<Deps, DeleteAccount>({
  method: 'post',
  path: '/account/delete',
  access: 'account.change',
  summary: 'Deletes the account with all that is in the personal project',
  answers: { 204: NO_CONTENT },
  errors: ['CREDENTIALS_WRONG', 'OWNER_STAYS', 'SOLE_OWNER', 'RATE_LIMITED'],
  bodySample: { password: 'correct horse battery staple' },
  withoutIdempotencyKey: 'its body has a password, of which nothing is kept',
  body: Joi.object<DeleteAccount, true>({ password: passwordInput }),
  async handle({ deps, body, identity, request }) {
    const { userId } = identity;
    await deps.signInLimit(request, userId);
    await deps.accounts.checkPassword(userId, body.password);
    const { address } = signedInFrom(request);
    await deps.db.transaction((tx) => removeUser(deps, tx, { userId, by: userId, address }));
    deps.callers.forgetUser(userId);
    if (request.res) clearSessionCookie(request.res);
    return { status: 204 };
  },
});
