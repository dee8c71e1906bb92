import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { MAX_SEQ, readFeed } from './feed-store.ts';
import { findVisibleTask } from './find-visible-task.ts';

type ListEvents = { after: number; limit: number };

const querySchema = Joi.object<ListEvents>({
  after: Joi.number().integer().min(0).default(0),
  limit: Joi.number().integer().min(1).max(1_000).default(500),
});

/** A task's timeline after a seq: gap-free and in order. */
export const listEvents = endpoint<Deps, undefined, ListEvents>({
  method: 'get',
  path: '/tasks/:id/events',
  access: 'task.read',
  query: querySchema,
  async handle({ deps, identity, params, query }) {
    const taskId = params.id as string;
    await findVisibleTask(deps, identity, taskId);
    return { status: 200, body: await readFeed(deps.db, taskId, Math.min(query.after, MAX_SEQ), query.limit) };
  },
});
