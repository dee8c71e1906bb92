import { listOf } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { readAudit } from './audit-log.ts';
import { auditShape } from './audit-shape.ts';

type ListAudit = { limit: number; before?: number };

/** For the installation's owner: what was done to accounts, keys and roles, newest first. */
export const listAudit = endpoint<Deps, undefined, ListAudit>({
  method: 'get',
  path: '/audit',
  access: 'operator',
  summary: 'Lists what was done to accounts, keys and roles, newest first',
  answers: { 200: listOf(auditShape) },
  query: Joi.object<ListAudit, true>({
    limit: Joi.number().integer().min(1).max(1000).default(100),
    before: Joi.number().integer().min(1).description('The id of the last entry of the page before.'),
  }),
  async handle({ deps, query }) {
    return { status: 200, body: await readAudit(deps.db, query.limit, query.before) };
  },
});
