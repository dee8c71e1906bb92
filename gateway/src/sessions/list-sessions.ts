import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import { callerOf } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { sessionShape } from './session-shape.ts';

/** Where the caller is signed in. */
export const listSessions = endpoint<Deps>({
  method: 'get',
  path: '/sessions',
  access: 'account.read',
  summary: 'Lists where the caller is signed in',
  answers: { 200: listOf(sessionShape) },
  async handle({ deps, identity, request }) {
    const { sessionHash } = callerOf(request);
    const sessions = await deps.sessions.list(identity.userId);
    const body = sessions.map(({ tokenHash, ...shown }) => ({ ...shown, current: tokenHash === sessionHash }));
    return { status: 200, body };
  },
});
