import { webhookWithSecretShape } from '@builder-ai/contracts/shapes/webhook';
import { WEBHOOK_EVENTS, type WebhookEvent, type WebhookWithSecret } from '@builder-ai/contracts/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import { once } from '@builder-ai/platform/idempotency';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import Joi from 'joi';
import { isDeletedOwner } from '../deletion/deleted-owners.ts';
import type { Deps } from '../deps.ts';
import { MAY_CHANGE } from './get-own-webhook.ts';
import { findWebhook, insertWebhook, toWebhook } from './webhook-store.ts';

type CreateWebhook = { project_id: string | null; url: string; description: string; events: WebhookEvent[] };

export const MAX_URL_LENGTH = 2_000;

export const webhookFields = {
  url: Joi.string()
    .uri({ scheme: ['https', 'http'] })
    .max(MAX_URL_LENGTH),
  description: Joi.string().allow('').max(500),
  events: Joi.array()
    .items(Joi.string().valid(...WEBHOOK_EVENTS))
    .min(1)
    .unique()
    .description(`Of ${WEBHOOK_EVENTS.join(', ')}.`),
};

/** The answer is the only one that shows the secret, until it is replaced. */
export const createWebhook = endpoint<Deps, CreateWebhook>({
  method: 'post',
  path: '/webhooks',
  access: 'webhook.change',
  summary: 'Makes a webhook',
  answers: { 201: webhookWithSecretShape },
  errors: ['PROJECT_NOT_FOUND', 'ADDRESS_REFUSED', 'TOO_MANY_WEBHOOKS'],
  bodySample: { url: 'https://example.com/hook', events: ['task.completed', 'task.failed'] },
  body: Joi.object<CreateWebhook, true>({
    project_id: Joi.string().max(100).allow(null).default(null).description('Left out: the personal project.'),
    url: webhookFields.url.required(),
    description: webhookFields.description.default(''),
    events: webhookFields.events.default(['task.waiting', 'task.completed', 'task.failed']),
  }),
  async handle({ deps, body, identity, request }) {
    const ownerId = body.project_id ?? identity.userId;
    if (!mayIn(identity, ownerId, 'viewer')) throw new AppError('PROJECT_NOT_FOUND');
    if (!mayIn(identity, ownerId, MAY_CHANGE)) throw new AppError('FORBIDDEN');
    await deps.outgoing.check(body.url);
    const projectId = ownerId === identity.userId ? null : ownerId;
    const key = { ownerId, operation: 'POST /webhooks', key: request.get('idempotency-key'), body };
    const row = await deps.db.transaction(async (tx) => {
      if (await isDeletedOwner(tx, ownerId)) throw new AppError('PROJECT_NOT_FOUND');
      // Only the id is kept with the key: secrets are in one place.
      const { id } = await once(tx, key, async () => ({
        id: (await insertWebhook(tx, { ...body, ownerId, projectId })).id,
      }));
      return findWebhook(tx, id);
    });
    if (!row) throw new AppError('WEBHOOK_NOT_FOUND');
    const answer: WebhookWithSecret = { ...toWebhook(row), secret: row.secret };
    const headers = { location: `/webhooks/${row.id}`, 'cache-control': 'no-store' };
    return { status: 201, body: answer, headers };
  },
});
