import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { userShape } from './user-shape.ts';
import { readUsers } from './user-store.ts';

type ListUsers = { limit: number; after?: string };

/** For the installation's owner: everybody with an account, in the order of their ids. */
export const listUsers = endpoint<Deps, undefined, ListUsers>({
  method: 'get',
  path: '/users',
  access: 'operator',
  summary: 'Lists everybody with an account',
  answers: { 200: listOf(userShape) },
  query: Joi.object<ListUsers, true>({
    limit: Joi.number().integer().min(1).max(1000).default(100),
    after: Joi.string().max(100).description('The id of the last user of the page before.'),
  }),
  async handle({ deps, query }) {
    return { status: 200, body: await readUsers(deps.db, query.limit, query.after) };
  },
});
