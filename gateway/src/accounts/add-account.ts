import { SCOPES } from '@builder-ai/contracts/identity';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { checkScopes } from '../auth/caller.ts';
import { callerOf, signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { accountShape } from '../users/user-shape.ts';
import { emailInput, nameInput, newPasswordInput, toEmail, toName } from './account-input.ts';

type AddAccount = { email: string; password: string; name?: string };

/** For the owner, who is there from the first start and came in by a link or by BUILDER_API_KEY: from now on by password too. */
export const addAccount = endpoint<Deps, AddAccount>({
  method: 'post',
  path: '/account',
  access: 'account.change',
  summary: 'Gives the owner an e-mail and a password to sign in by',
  answers: { 201: accountShape },
  errors: ['EMAIL_TAKEN'],
  bodySample: { email: 'ada@example.com', password: 'correct horse battery staple' },
  withoutIdempotencyKey: 'its body has a password, of which nothing is kept',
  body: Joi.object<AddAccount, true>({ email: emailInput, password: newPasswordInput, name: nameInput }),
  async handle({ deps, body, identity, request }) {
    const { password } = body;
    const email = toEmail(body.email);
    const name = toName(body.name, email);
    const { userId } = identity;
    // A password gives all scopes: no key of fewer may make one.
    checkScopes(callerOf(request), SCOPES);
    await deps.accounts.addAccount(userId, { email, password, name });
    const { address } = signedInFrom(request);
    await appendToAudit(deps.db, { actor_id: userId, action: 'signed_up', address, details: { email } });
    return { status: 201, body: { user_id: userId, email } };
  },
});
