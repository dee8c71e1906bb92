// Events that a version before this one adds, beside us during an upgrade or in a backup that is restored: it knows no table of
// what waits, and leaves `sent_at` null. The relay that leads takes them over. Goes, with all that asks whether `sent_at` is
// null, in a release after the one that brings it.
import type { Database } from './database.ts';
import { RELAY_LEASE } from './outbox-parking.ts';
import { queryByIndex } from './query-by-index.ts';

export type OutboxAdoption = {
  /** Now and then takes over what there is. @returns whether there was any */
  adopt(epoch: number): Promise<boolean>;
};

const EVERY_MS = 1_000;
const BATCH = 10_000;

// By the relay that leads alone: for another one those rows may be published by now, and marked in the older way.
const ADOPT = `with older as (
    update outbox set sent_at = now()
    where position = any(array(select position from outbox where sent_at is null order by position limit ${BATCH}))
      and sent_at is null and exists (select 1 from leases where name = $1 and epoch = $2)
    returning position
  ), waiting as (
    insert into outbox_waiting (position) select position from older on conflict do nothing
  )
  select count(*) as adopted from older`;

export function newOutboxAdoption(db: Database): OutboxAdoption {
  let under: number | undefined;
  let lookAt = 0;
  return {
    async adopt(epoch) {
      if (epoch === under && performance.now() < lookAt) return false;
      const [row] = await queryByIndex<{ adopted: number }>(db, ADOPT, [RELAY_LEASE, epoch]);
      const adopted = row?.adopted ?? 0;
      under = epoch;
      lookAt = adopted === BATCH ? 0 : performance.now() + EVERY_MS;
      return adopted > 0;
    },
  };
}
