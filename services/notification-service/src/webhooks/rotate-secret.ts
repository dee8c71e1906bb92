import { webhookWithSecretShape } from '@builder-ai/contracts/shapes/webhook';
import type { WebhookWithSecret } from '@builder-ai/contracts/webhook';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { onceForKey } from '../once-for-key.ts';
import { getOwnWebhook, MAY_CHANGE } from './get-own-webhook.ts';
import { replaceSecret, toWebhook } from './webhook-store.ts';

/** For a day deliveries are signed by both, so that receivers have time to take the new one. */
export const rotateSecret = endpoint<Deps>({
  method: 'post',
  path: '/webhooks/:id/rotate-secret',
  access: 'webhook.change',
  summary: 'Replaces the secret of a webhook',
  answers: { 200: webhookWithSecretShape },
  errors: ['WEBHOOK_NOT_FOUND'],
  async handle(context) {
    const { deps, identity, params } = context;
    const { id } = await getOwnWebhook(deps, identity, params.id, MAY_CHANGE);
    // The secret itself is kept in one place: a repetition shows the one that is there.
    await onceForKey(context, async (tx) => void (await replaceSecret(tx, id)));
    const row = await getOwnWebhook(deps, identity, id, MAY_CHANGE);
    const answer: WebhookWithSecret = { ...toWebhook(row), secret: row.secret };
    return { status: 200, body: answer, headers: { 'cache-control': 'no-store' } };
  },
});
