import { deliveryShape } from '@builder-ai/contracts/shapes/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { onceForKey } from '../once-for-key.ts';
import { requeueDelivery, toDelivery } from './delivery-store.ts';
import { getOwnDelivery } from './get-delivery.ts';
import { getOwnWebhook, MAY_CHANGE } from './get-own-webhook.ts';

/** Sends it once more, under the same `webhook-id`. */
export const replayDelivery = endpoint<Deps>({
  method: 'post',
  path: '/webhooks/:id/deliveries/:delivery_id/replay',
  access: 'webhook.change',
  summary: 'Sends a delivery once more',
  answers: { 202: deliveryShape },
  errors: ['WEBHOOK_NOT_FOUND', 'DELIVERY_NOT_FOUND', 'WEBHOOK_DISABLED'],
  async handle(context) {
    const { deps, identity, params } = context;
    const { enabled } = await getOwnWebhook(deps, identity, params.id, MAY_CHANGE);
    const { id } = await getOwnDelivery(deps, identity, params, MAY_CHANGE);
    if (!enabled) throw new AppError('WEBHOOK_DISABLED');
    const answer = await onceForKey(context, async (tx) => toDelivery(await requeueDelivery(tx, id)));
    deps.deliverSoon();
    return { status: 202, body: answer };
  },
});
