import { deliveryShape } from '@builder-ai/contracts/shapes/webhook';
import { WEBHOOK_TEST, type WebhookPayload } from '@builder-ai/contracts/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { onceForKey } from '../once-for-key.ts';
import { insertDelivery, toDelivery } from './delivery-store.ts';
import { getOwnWebhook, MAY_CHANGE } from './get-own-webhook.ts';

/** Sends an event of no task, as all others are sent: what came of it is in the delivery. */
export const testWebhook = endpoint<Deps>({
  method: 'post',
  path: '/webhooks/:id/test',
  access: 'webhook.change',
  summary: 'Sends a test to a webhook',
  answers: { 202: deliveryShape },
  errors: ['WEBHOOK_NOT_FOUND', 'WEBHOOK_DISABLED'],
  async handle(context) {
    const { deps, identity, params } = context;
    const webhook = await getOwnWebhook(deps, identity, params.id, MAY_CHANGE);
    if (!webhook.enabled) throw new AppError('WEBHOOK_DISABLED');
    const answer = await onceForKey(context, async (tx) => {
      const wish = { eventId: newId(), taskId: null, payload: testPayload(webhook.project_id) };
      return toDelivery(await insertDelivery(tx, webhook.id, wish));
    });
    deps.deliverSoon();
    return { status: 202, body: answer };
  },
});

const testPayload = (project_id: string | null): WebhookPayload => ({
  type: WEBHOOK_TEST,
  timestamp: new Date().toISOString(),
  data: { project_id, task_id: null, title: null, seq: null, event: {} },
});
