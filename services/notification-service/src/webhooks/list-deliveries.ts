import { listOf } from '@builder-ai/contracts/shape';
import { deliveryShape } from '@builder-ai/contracts/shapes/webhook';
import { DELIVERY_STATUSES, type DeliveryStatus } from '@builder-ai/contracts/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { type PageQuery, pageQuery, toPage } from '../page-link.ts';
import { findDeliveries, toDelivery } from './delivery-store.ts';
import { getOwnWebhook, MAY_READ } from './get-own-webhook.ts';

type ListDeliveries = PageQuery & { status?: DeliveryStatus };

/** Newest first; what was sent and what it was answered is in each one. */
export const listDeliveries = endpoint<Deps, undefined, ListDeliveries>({
  method: 'get',
  path: '/webhooks/:id/deliveries',
  access: 'webhook.read',
  summary: 'Lists the deliveries of a webhook, newest first',
  answers: { 200: listOf(deliveryShape) },
  errors: ['WEBHOOK_NOT_FOUND'],
  query: Joi.object<ListDeliveries>({ ...pageQuery, status: Joi.string().valid(...DELIVERY_STATUSES) }),
  async handle({ deps, identity, params, query }) {
    const { id } = await getOwnWebhook(deps, identity, params.id, MAY_READ);
    const { limit, cursor: before, status } = query;
    const rows = await findDeliveries(deps.db, id, { limit: limit + 1, before, status });
    const { page, headers } = toPage(rows, `/webhooks/${id}/deliveries`, query);
    return { status: 200, body: page.map(toDelivery), headers };
  },
});
