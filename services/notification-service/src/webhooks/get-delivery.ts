import type { Identity, Role } from '@builder-ai/contracts/identity';
import { deliveryWithAttemptsShape } from '@builder-ai/contracts/shapes/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { isUuid } from '../is-uuid.ts';
import { type DeliveryRow, findAttempts, findDelivery, withAttempts } from './delivery-store.ts';
import { getOwnWebhook, MAY_READ } from './get-own-webhook.ts';

/** With the body that is sent, and each attempt's answer. */
export const getDelivery = endpoint<Deps>({
  method: 'get',
  path: '/webhooks/:id/deliveries/:delivery_id',
  access: 'webhook.read',
  summary: 'Shows what a delivery sent and was answered',
  answers: { 200: deliveryWithAttemptsShape },
  errors: ['WEBHOOK_NOT_FOUND', 'DELIVERY_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const row = await getOwnDelivery(deps, identity, params, MAY_READ);
    return { status: 200, body: withAttempts(row, await findAttempts(deps.db, row.id)) };
  },
});

/** @throws AppError WEBHOOK_NOT_FOUND, DELIVERY_NOT_FOUND, FORBIDDEN */
export async function getOwnDelivery(
  deps: Deps,
  identity: Identity,
  params: Record<string, string>,
  needed: Role,
): Promise<DeliveryRow> {
  const webhook = await getOwnWebhook(deps, identity, params.id, needed);
  const id = params.delivery_id as string;
  const row = isUuid(id) ? await findDelivery(deps.db, webhook.id, id) : undefined;
  if (!row) throw new AppError('DELIVERY_NOT_FOUND');
  return row;
}
