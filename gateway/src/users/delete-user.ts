import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { signedInFrom } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { removeUser } from './remove-user.ts';

/**
 * The installation's owner removes a user with all that is in the personal project; sessions and keys end within seconds. Of
 * projects that nobody else owns, the member who has been there the longest is the owner from then on.
 */
export const deleteUser = endpoint<Deps>({
  method: 'delete',
  path: '/users/:id',
  access: 'operator',
  summary: 'Deletes a user with all that is in the personal project',
  answers: { 204: NO_CONTENT },
  errors: ['USER_NOT_FOUND', 'OWNER_STAYS'],
  async handle({ deps, identity, params, request }) {
    const userId = params.id as string;
    const { address } = signedInFrom(request);
    await deps.db.transaction((tx) => removeUser(deps, tx, { userId, by: identity.userId, address }));
    deps.callers.forgetUser(userId);
    return { status: 204 };
  },
});
