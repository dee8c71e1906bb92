import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import { appendToAudit } from '../audit/audit-log.ts';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { userShape } from './user-shape.ts';
import { setDisabled } from './user-store.ts';

type ChangeUser = { disabled: boolean };

/** The installation's owner shuts a user out, whose sessions end and whose keys are refused until the user is let in again. */
export const changeUser = endpoint<Deps, ChangeUser>({
  method: 'patch',
  path: '/users/:id',
  access: 'operator',
  summary: 'Shuts a user out, or lets one in again',
  answers: { 200: userShape },
  errors: ['USER_NOT_FOUND'],
  bodySample: { disabled: true },
  body: Joi.object<ChangeUser, true>({ disabled: Joi.boolean().required() }),
  async handle({ deps, body, identity, params, request }) {
    const id = params.id as string;
    const user = await deps.db.transaction(async (tx) => {
      const changed = await setDisabled(deps.outbox, tx, id, body.disabled);
      if (!changed) throw new AppError('USER_NOT_FOUND');
      await appendToAudit(tx, {
        actor_id: identity.userId,
        action: body.disabled ? 'user_disabled' : 'user_enabled',
        subject: id,
        address: signedInFrom(request).address,
      });
      return changed;
    });
    deps.callers.forgetUser(id);
    return { status: 200, body: user };
  },
});
