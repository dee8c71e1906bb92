import { webhookShape } from '@builder-ai/contracts/shapes/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { getOwnWebhook, MAY_READ } from './get-own-webhook.ts';
import { toWebhook } from './webhook-store.ts';

export const getWebhook = endpoint<Deps>({
  method: 'get',
  path: '/webhooks/:id',
  access: 'webhook.read',
  summary: 'Shows a webhook',
  answers: { 200: webhookShape },
  errors: ['WEBHOOK_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    return { status: 200, body: toWebhook(await getOwnWebhook(deps, identity, params.id, MAY_READ)) };
  },
});
