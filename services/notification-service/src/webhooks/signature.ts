// Standard Webhooks (standardwebhooks.com, v1): who has the secret sees that a delivery is ours, whole, and new.
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const KEY_BYTES = 32;

export const newSecret = (): string => PREFIX + randomBytes(KEY_BYTES).toString('base64');

export type Signed = { id: string; sentAt: Date; body: string };

/** @param secrets the new one and, for a while after it was replaced, the old one */
export function signatureHeaders({ id, sentAt, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const timestamp = Math.floor(sentAt.getTime() / 1000);
  const sign = (secret: string) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  };
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map(sign).join(' '),
  };
}
