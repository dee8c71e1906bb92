import { listOf } from '@builder-ai/contracts/shape';
import { webhookShape } from '@builder-ai/contracts/shapes/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import { mayIn, projectsOf } from '@builder-ai/platform/project-access';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { MAY_READ } from './get-own-webhook.ts';
import { findWebhooks, toWebhook } from './webhook-store.ts';

type ListWebhooks = { project_id?: string };

/** Those of the projects in which the caller is an editor or owner. */
export const listWebhooks = endpoint<Deps, undefined, ListWebhooks>({
  method: 'get',
  path: '/webhooks',
  access: 'webhook.read',
  summary: 'Lists the webhooks of the caller’s projects',
  answers: { 200: listOf(webhookShape) },
  query: Joi.object<ListWebhooks>({ project_id: Joi.string().max(100) }),
  async handle({ deps, identity, query: { project_id } }) {
    const readable = projectsOf(identity).filter((owner) => mayIn(identity, owner, MAY_READ));
    const owners = project_id === undefined ? readable : readable.filter((owner) => owner === project_id);
    return { status: 200, body: (await findWebhooks(deps.db, owners)).map(toWebhook) };
  },
});
