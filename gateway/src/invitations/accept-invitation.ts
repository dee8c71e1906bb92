import { endpoint } from '@builder-ai/platform/endpoint';
import { onceForRequest } from '@builder-ai/platform/once-for-request';
import Joi from 'joi';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { joinedShape } from './invitation-shape.ts';
import { useInvitation } from './invitation-store.ts';
import { joinProject } from './join-project.ts';

type AcceptInvitation = { token: string };

/** For somebody who has an account; whoever has none sends the token with POST /sign-up. */
export const acceptInvitation = endpoint<Deps, AcceptInvitation>({
  method: 'post',
  path: '/invitations/accept',
  access: 'project.change',
  summary: 'Joins the project of an invitation',
  answers: { 200: joinedShape },
  errors: ['INVITATION_NOT_FOUND', 'ALREADY_MEMBER', 'TOO_MANY_PROJECTS'],
  bodySample: { token: 'shown-once' },
  body: Joi.object<AcceptInvitation, true>({ token: Joi.string().max(100).required() }),
  async handle(context) {
    const { deps, body, identity, request } = context;
    const { address } = signedInFrom(request);
    const { project_id, role } = await deps.db.transaction((tx) =>
      onceForRequest(tx, context, async () => {
        const invitation = await useInvitation(tx, body.token);
        await joinProject(deps, tx, invitation, identity.userId, address);
        return invitation;
      }),
    );
    deps.callers.forgetUser(identity.userId);
    return { status: 200, body: { project_id, role } };
  },
});
