// How long the claim of a run lasts.
import { LEASE_MS } from '@builder-ai/platform/lease';

const MOST_DOUBLINGS = 4;

/**
 * SQL for the length of a run's lease, in ms: 2 s, and twice as long for each take-over after the first that came without a
 * finished call in between, 32 s at the most. On a machine that is short of processor time workers lose runs that they still
 * drive: were the lease as short as ever, they would take them from each other until the run is given up as one that kills
 * its workers.
 * @param recoveries SQL for the number of such take-overs
 */
export const leaseMsOf = (recoveries: string) =>
  `${LEASE_MS} * (1 << least(greatest((${recoveries}) - 1, 0), ${MOST_DOUBLINGS}))`;
