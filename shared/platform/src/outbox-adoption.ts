// Beside a version before this one, during an upgrade or a roll-back: it knows no table of what waits, adds events without
// `sent_at`, and publishes only those. A relay that leads takes such events over, also those of a backup that is restored; one
// that does not lead hands ours to a leader of that version. Goes, with all that asks whether `sent_at` is null, in a release
// after the one that brings it.
import type { Database } from './database.ts';
import { newId } from './new-id.ts';
import { RELAY_LEASE } from './outbox-parking.ts';
import { queryByIndex } from './query-by-index.ts';

export type OutboxAdoption = {
  /** Now and then takes over what there is. @returns whether there was any */
  adopt(epoch: number): Promise<boolean>;
  /**
   * Now and then hands what waits to a relay of the version before, if such a one leads.
   * @param last there may be no other time
   */
  handBack(last: boolean): Promise<void>;
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

const HAND_BACK = `with theirs as (
    delete from outbox_waiting
    where position = any(array(select position from outbox_waiting order by position limit ${BATCH})) and exists (
      select 1 from leases where name = $1 and holder not like 'waiting:%' and expires_at > clock_timestamp())
    returning position
  )
  update outbox o set sent_at = null from theirs t where o.position = t.position`;

/** By which the others know that this relay reads the table of what waits: in the version before it is a bare id. */
export const newRelayHolder = () => `waiting:${newId()}`;

export function newOutboxAdoption(db: Database): OutboxAdoption {
  let under: number | undefined;
  let adoptAt = 0;
  let handBackAt = 0;
  return {
    async adopt(epoch) {
      if (epoch === under && performance.now() < adoptAt) return false;
      const [row] = await queryByIndex<{ adopted: number }>(db, ADOPT, [RELAY_LEASE, epoch]);
      const adopted = row?.adopted ?? 0;
      under = epoch;
      adoptAt = adopted === BATCH ? 0 : performance.now() + EVERY_MS;
      return adopted > 0;
    },
    async handBack(last) {
      if (!last && performance.now() < handBackAt) return;
      handBackAt = performance.now() + EVERY_MS;
      await queryByIndex(db, HAND_BACK, [RELAY_LEASE]);
    },
  };
}
