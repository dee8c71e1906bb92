import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import { setSessionCookie } from '../auth/session-cookie.ts';
import type { Deps } from '../deps.ts';
import { emailInput, nameInput, newPasswordInput, toEmail, toName } from './account-input.ts';

type SignUp = { email: string; password: string; name?: string };

/** Makes a user with a personal project, and answers with a session's cookie. */
export const signUp = endpoint<Deps, SignUp>({
  method: 'post',
  path: '/sign-up',
  access: 'public',
  body: Joi.object<SignUp, true>({ email: emailInput, password: newPasswordInput, name: nameInput }),
  async handle({ deps, body, request }) {
    const { password } = body;
    const email = toEmail(body.email);
    const name = toName(body.name, email);
    await deps.signInLimit(request, email);
    if (!deps.signUpIsOpen) throw new AppError('SIGN_UP_CLOSED');
    const from = signedInFrom(request);
    const { userId, token } = await deps.accounts.signUp({ email, password, name }, from);
    const details = { email };
    await appendToAudit(deps.db, { actor_id: userId, action: 'signed_up', address: from.address, details });
    if (request.res) setSessionCookie(request.res, token);
    return { status: 201, body: { user_id: userId }, headers: { 'cache-control': 'no-store' } };
  },
});
