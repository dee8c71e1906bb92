import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import { setSessionCookie } from '../auth/session-cookie.ts';
import type { SignedInFrom } from '../auth/session-store.ts';
import type { Deps } from '../deps.ts';
import { giveBackInvitation, useInvitation } from '../invitations/invitation-store.ts';
import { joinProject } from '../invitations/join-project.ts';
import { userIdShape } from '../users/user-shape.ts';
import { emailInput, nameInput, newPasswordInput, toEmail, toName } from './account-input.ts';
import type { NewAccount, SignedIn } from './accounts.ts';

type SignUp = { email: string; password: string; name?: string; invitation?: string };

/**
 * Makes a user with a personal project, who joins the invitation's project where there is one, and answers with a session's
 * cookie. Without an invitation only where SIGN_UP is open.
 */
export const signUp = endpoint<Deps, SignUp>({
  method: 'post',
  path: '/sign-up',
  access: 'public',
  summary: 'Makes an account and signs in',
  answers: { 201: userIdShape },
  errors: [
    'SIGN_UP_CLOSED',
    'EMAIL_TAKEN',
    'INVITATION_NOT_FOUND',
    'ALREADY_MEMBER',
    'TOO_MANY_PROJECTS',
    'RATE_LIMITED',
  ],
  bodySample: { email: 'ada@example.com', password: 'correct horse battery staple' },
  withoutIdempotencyKey: 'its body has a password, of which nothing is kept',
  body: Joi.object<SignUp, true>({
    email: emailInput,
    password: newPasswordInput,
    name: nameInput,
    invitation: Joi.string().max(100).description("An invitation's token."),
  }),
  async handle({ deps, body, request }) {
    const { password, invitation } = body;
    const email = toEmail(body.email);
    const account = { email, password, name: toName(body.name, email) };
    await deps.signInLimit(request, email);
    const from = signedInFrom(request);
    if (invitation === undefined && !deps.signUpIsOpen) throw new AppError('SIGN_UP_CLOSED');
    const signedIn =
      invitation === undefined
        ? await deps.accounts.signUp(account, from)
        : await signUpByInvitation(deps, account, invitation, from);
    const { userId, token } = signedIn;
    const details = { email };
    await appendToAudit(deps.db, { actor_id: userId, action: 'signed_up', address: from.address, details });
    if (request.res) setSessionCookie(request.res, token);
    return { status: 201, body: { user_id: userId }, headers: { 'cache-control': 'no-store' } };
  },
});

/** The invitation is used up before the user is made: of two who come with it at the same moment one gets an account. */
async function signUpByInvitation(
  deps: Deps,
  account: NewAccount,
  token: string,
  from: SignedInFrom,
): Promise<SignedIn> {
  const invitation = await useInvitation(deps.db, token);
  const signedIn = await deps.accounts.signUp(account, from).catch(async (error: unknown) => {
    await giveBackInvitation(deps.db, invitation.id);
    throw error;
  });
  await deps.db.transaction((tx) => joinProject(deps, tx, invitation, signedIn.userId, from.address));
  return signedIn;
}
