import { webhookShape } from '@builder-ai/contracts/shapes/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { webhookFields } from './create-webhook.ts';
import { getOwnWebhook, MAY_CHANGE } from './get-own-webhook.ts';
import { changeWebhookRow, toWebhook, type WebhookChange } from './webhook-store.ts';

/** Enabled again, it is sent what waited for it. */
export const changeWebhook = endpoint<Deps, WebhookChange>({
  method: 'patch',
  path: '/webhooks/:id',
  access: 'webhook.change',
  summary: 'Changes a webhook, or enables it again',
  answers: { 200: webhookShape },
  errors: ['WEBHOOK_NOT_FOUND', 'ADDRESS_REFUSED'],
  bodySample: { enabled: true },
  body: Joi.object<WebhookChange>({ ...webhookFields, enabled: Joi.boolean() }),
  async handle({ deps, body, identity, params }) {
    const { id } = await getOwnWebhook(deps, identity, params.id, MAY_CHANGE);
    if (body.url !== undefined) await deps.outgoing.check(body.url);
    const row = await changeWebhookRow(deps.db, id, body);
    deps.deliverSoon();
    return { status: 200, body: toWebhook(row) };
  },
});
