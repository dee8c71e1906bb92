// Sends what is due to webhooks, from any number of processes at once: at least once each, with growing pauses while a
// receiver fails, until it has failed for so long that it is disabled.
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import type { Outgoing } from '@builder-ai/platform/outgoing/outgoing';
import { insertNotification, type NotificationRow } from '../notifications/notification-store.ts';
import { type Attempted, attemptDelivery } from './attempt.ts';
import { type Claimed, claimDelivery, settleAttempt } from './claim-delivery.ts';
import type { DeliverySettings } from './delivery-settings.ts';

export type Deliverer = {
  /** Something may be due. */
  wake(): void;
  /** Waits for what is being sent, a little; what is not answered by then is sent again. */
  close(): Promise<void>;
};

export type DelivererOptions = {
  db: Database;
  outgoing: Outgoing;
  logger: Logger;
  settings: DeliverySettings;
  /** Tells those who may see it, after the commit. */
  notify: (notification: NotificationRow) => void;
};

/** How soon what is due is found that nobody woke this process for. */
const POLL_MS = 2_000;
const MAX_SENDING = 16;
const MAX_SENDING_PER_WEBHOOK = 4;
const CLOSE_LIMIT_MS = 5_000;

export function startDeliverer({ db, outgoing, logger, settings, notify }: DelivererOptions): Deliverer {
  const sending = new Map<Promise<void>, string>();
  const timers = new Set<NodeJS.Timeout>();
  let wakeUp = () => {};
  let isDue = true;
  let closed = false;
  const wake = () => {
    isDue = true;
    wakeUp();
  };

  function findBusy(): string[] {
    const counts = new Map<string, number>();
    for (const id of sending.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts].flatMap(([id, count]) => (count >= MAX_SENDING_PER_WEBHOOK ? id : []));
  }

  async function sendDue(): Promise<void> {
    while (!closed && sending.size < MAX_SENDING) {
      const claimed = await claimDelivery(db, settings, findBusy());
      if (!claimed) return;
      const sent = deliver(claimed)
        .catch((error: unknown) => logger.warn('A delivery is sent again later', { delivery_id: claimed.id, error }))
        .finally(() => {
          sending.delete(sent);
          wake();
        });
      sending.set(sent, claimed.webhook_id);
    }
  }

  async function deliver(claimed: Claimed): Promise<void> {
    const attempted = await attemptDelivery(outgoing, claimed, settings.timeoutMs);
    const retryInMs = attempted.ok ? undefined : toPause(claimed, attempted);
    await db.transaction(async (tx) => {
      if ((await settleAttempt(tx, claimed, attempted, retryInMs)) === 'settled') await judge(tx, claimed, attempted);
    });
    if (retryInMs !== undefined && retryInMs < POLL_MS) wakeIn(retryInMs);
  }

  function toPause({ tries }: Claimed, { retryAfterMs }: Attempted): number | undefined {
    const seconds = settings.retrySeconds[tries - 1];
    // Not all that failed together at the same moment again.
    return seconds === undefined ? undefined : Math.max(seconds * 1_000 * (0.9 + Math.random() * 0.2), retryAfterMs);
  }

  /** What an attempt says about its receiver. */
  async function judge(tx: Tx, { webhook_id: id }: Claimed, { ok, gone, error }: Attempted): Promise<void> {
    if (ok) {
      await tx.query('update webhooks set failing_since = null where id = $1 and failing_since is not null', [id]);
      return;
    }
    await tx.query('update webhooks set failing_since = coalesce(failing_since, now()) where id = $1', [id]);
    const reason = gone
      ? 'Its receiver answered 410: it wants nothing more.'
      : `Every attempt has failed for ${settings.disableAfterHours} hours. The last one: ${error}`;
    const [webhook] = await tx.query<{ owner_id: string; url: string }>(
      `update webhooks set enabled = false, disabled_reason = $2, updated_at = now()
       where id = $1 and enabled and ($3 or failing_since <= now() - $4 * interval '1 hour') returning owner_id, url`,
      [id, reason, gone, settings.disableAfterHours],
    );
    if (!webhook) return;
    logger.warn('A webhook was disabled', { webhook_id: id, reason });
    const { owner_id: ownerId, url } = webhook;
    // Addresses may hold tokens: of this one viewers are told no more than the host.
    const title = new URL(url).host;
    const row = await insertNotification(tx, {
      ownerId,
      kind: 'webhook_disabled',
      webhookId: id,
      title,
      detail: reason,
    });
    tx.afterCommit(() => notify(row));
  }

  function wakeIn(ms: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, ms);
    timers.add(timer);
  }

  async function loop(): Promise<void> {
    while (!closed) {
      isDue = false;
      await sendDue().catch((error: unknown) => logger.warn('Deliveries have to wait', { error }));
      if (isDue && sending.size < MAX_SENDING) continue;
      const woken = new Promise<void>((resolve) => {
        wakeUp = resolve;
      });
      const patience = new AbortController();
      await Promise.race([woken, delay(POLL_MS, undefined, { signal: patience.signal }).catch(() => {})]);
      patience.abort();
    }
  }

  const running = loop();
  return {
    wake,
    async close() {
      closed = true;
      wakeUp();
      for (const timer of timers) clearTimeout(timer);
      const patience = new AbortController();
      const limit = delay(CLOSE_LIMIT_MS, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([Promise.all([running, ...sending.keys()]), limit]);
      patience.abort();
    },
  };
}
