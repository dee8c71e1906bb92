import { NO_CONTENT } from '@builder-ai/contracts/shape';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { getOwnWebhook, MAY_CHANGE } from './get-own-webhook.ts';
import { deleteWebhookRow } from './webhook-store.ts';

/** With its deliveries and their log. */
export const deleteWebhook = endpoint<Deps>({
  method: 'delete',
  path: '/webhooks/:id',
  access: 'webhook.change',
  summary: 'Deletes a webhook and its deliveries',
  answers: { 204: NO_CONTENT },
  errors: ['WEBHOOK_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const { id } = await getOwnWebhook(deps, identity, params.id, MAY_CHANGE);
    await deleteWebhookRow(deps.db, id);
    return { status: 204 };
  },
});
