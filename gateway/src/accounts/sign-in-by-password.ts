import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import { setSessionCookie } from '../auth/session-cookie.ts';
import type { Deps } from '../deps.ts';
import { userIdShape } from '../users/user-shape.ts';
import { emailInput, passwordInput, toEmail } from './account-input.ts';

type SignIn = { email: string; password: string };

/** Answers with the session's cookie. Attempts are limited by address and by e-mail. */
export const signInByPassword = endpoint<Deps, SignIn>({
  method: 'post',
  path: '/sign-in',
  access: 'public',
  summary: 'Signs in by e-mail and password: the answer sets the session’s cookie',
  answers: { 200: userIdShape },
  errors: ['CREDENTIALS_WRONG', 'RATE_LIMITED'],
  bodySample: { email: 'ada@example.com', password: 'correct horse battery staple' },
  withoutIdempotencyKey: 'its body has a password, of which nothing is kept',
  body: Joi.object<SignIn, true>({ email: emailInput, password: passwordInput }),
  async handle({ deps, body, request }) {
    const email = toEmail(body.email);
    await deps.signInLimit(request, email);
    const from = signedInFrom(request);
    const signedIn = await deps.accounts
      .signIn({ email, password: body.password }, from)
      .catch(async (error: unknown) => {
        if (error instanceof AppError && error.code === 'CREDENTIALS_WRONG') {
          const details = { email };
          await appendToAudit(deps.db, { actor_id: null, action: 'sign_in_failed', address: from.address, details });
        }
        throw error;
      });
    const { userId, token } = signedIn;
    const by = { by: 'password' };
    await appendToAudit(deps.db, { actor_id: userId, action: 'signed_in', address: from.address, details: by });
    if (request.res) setSessionCookie(request.res, token);
    return { status: 200, body: { user_id: userId }, headers: { 'cache-control': 'no-store' } };
  },
});
