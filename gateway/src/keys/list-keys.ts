import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';

/** The caller's own keys, without the keys themselves. */
export const listKeys = endpoint<Deps>({
  method: 'get',
  path: '/keys',
  access: 'account.read',
  async handle({ deps, identity }) {
    return { status: 200, body: await deps.keys.list(identity.userId) };
  },
});
