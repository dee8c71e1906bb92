// Events that were on their way when the backup was made are on no bus any more: they go back into the outbox.
import { type ConsumerName, consumersOf, publishers, type Topic } from '@builder-ai/contracts/topics';
import type { Client } from 'pg';
import type { ServiceName } from '../service-environments.ts';

export type Resent = { waiting: number; gone: number };

type Key = { topic: string; key: string; last_no: string };

const BEHIND = `with behind as (
    select o.position from unnest($1::text[], $2::text[], $3::bigint[]) as b(topic, key, no)
    join outbox o on o.topic = b.topic and o.key = b.key and o.no > b.no
  )`;

const SEND_AGAIN = `${BEHIND}, again as (
    insert into outbox_waiting (position) select position from behind on conflict do nothing
  )
  select count(*)::int as n from behind`;

// The tables are those of the version that made the backup; the relay takes such rows over once they are today's.
const SEND_AGAIN_AS_BEFORE = `${BEHIND}, again as (
    update outbox o set sent_at = null from behind b where o.position = b.position
  )
  select count(*)::int as n from behind`;

const HAS_WAITING = `select to_regclass('public.outbox_waiting') is not null as "hasWaiting"`;

/**
 * Has each event published again that not all of its consumers have applied; those that have know it by its number.
 * @returns how many wait now, and how many can not be sent because their outbox keeps them no longer
 */
export async function resendEvents(clients: Record<ServiceName, Client>): Promise<Resent> {
  const result: Resent = { waiting: 0, gone: 0 };
  for (const [topic, publisher] of Object.entries(publishers) as [Topic, ServiceName][]) {
    const consumers = consumersOf(topic);
    if (consumers.length === 0) continue;
    const client = clients[publisher];
    const sent = await client.query<Key>('select topic, key, last_no from outbox_keys where topic = $1', [topic]);
    const applied = await Promise.all(consumers.map((name) => readApplied(clients[name], name, topic)));
    const behind = sent.rows
      .map(({ key, last_no }) => ({
        key,
        last: Number(last_no),
        from: Math.min(...applied.map((numbers) => numbers.get(key) ?? 0)),
      }))
      .filter(({ last, from }) => from < last);
    const { rows: made } = await client.query<{ hasWaiting: boolean }>(HAS_WAITING);
    const { rows } = await client.query<{ n: number }>(made[0]?.hasWaiting ? SEND_AGAIN : SEND_AGAIN_AS_BEFORE, [
      behind.map(() => topic),
      behind.map(({ key }) => key),
      behind.map(({ from }) => from),
    ]);
    const expected = behind.reduce((sum, { last, from }) => sum + last - from, 0);
    const again = rows[0]?.n ?? 0;
    result.waiting += again;
    result.gone += expected - again;
  }
  return result;
}

async function readApplied(client: Client, consumer: ConsumerName, topic: Topic): Promise<Map<string, number>> {
  const { rows } = await client.query<Key>(
    'select topic, key, last_no from inbox_keys where consumer = $1 and topic = $2',
    [consumer, topic],
  );
  return new Map(rows.map(({ key, last_no }) => [key, Number(last_no)]));
}
