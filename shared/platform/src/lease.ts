// A lease row: one holder at a time, for a short time, by the database's clock; each new holder gets a higher epoch.
import type { Queryable } from './database.ts';

export const LEASE_MS = 2_000;
export const LEASE_RENEW_MS = 500;

// Free, expired or mine: take it. The epoch rises only when the holder changes, so a renewal keeps it.
const ACQUIRE = `insert into leases (name, holder, epoch, expires_at)
  values ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
  on conflict (name) do update set
    epoch = case when leases.holder = $2 then leases.epoch else leases.epoch + 1 end,
    holder = $2,
    expires_at = clock_timestamp() + $3 * interval '1 millisecond'
  where leases.holder = $2 or leases.expires_at < clock_timestamp()
  returning epoch`;

/**
 * Takes or renews a lease.
 * @param holder unique for each process start
 * @returns the epoch (fencing token), or undefined while somebody else holds it
 */
export async function acquireLease(db: Queryable, name: string, holder: string): Promise<number | undefined> {
  const rows = await db.query<{ epoch: number }>(ACQUIRE, [name, holder, LEASE_MS]);
  return rows[0]?.epoch;
}

/** Keeps a lease that is still this holder's under this epoch; takes none. */
export async function renewLease(db: Queryable, name: string, holder: string, epoch: number): Promise<void> {
  await db.query(
    `update leases set expires_at = clock_timestamp() + $4 * interval '1 millisecond'
     where name = $1 and holder = $2 and epoch = $3`,
    [name, holder, epoch, LEASE_MS],
  );
}

/** Gives a lease back at once, so that nobody has to wait for its end. */
export async function releaseLease(db: Queryable, name: string, holder: string): Promise<void> {
  await db.query(
    `update leases set expires_at = clock_timestamp() - interval '1 second' where name = $1 and holder = $2`,
    [name, holder],
  );
}
