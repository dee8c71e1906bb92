import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { keyShape } from './key-shape.ts';

/** The caller's own keys, without the keys themselves. */
export const listKeys = endpoint<Deps>({
  method: 'get',
  path: '/keys',
  access: 'account.read',
  summary: 'Lists the caller’s API keys',
  answers: { 200: listOf(keyShape) },
  async handle({ deps, identity }) {
    return { status: 200, body: await deps.keys.list(identity.userId) };
  },
});
