// Lives through the same thing again and again, dying each time one commit later: before it, and then after it.
import type { KillPoint } from './dying-database.ts';

/**
 * @param live what is done by a process that dies at the place and by one that goes on; says whether the place was come to
 * @returns how many places there are
 */
export async function killEverywhere(live: (point: KillPoint, name: string) => Promise<boolean>): Promise<number> {
  let points = 0;
  for (const when of ['before', 'after'] as const)
    for (let commits = 0; await live({ commits, when }, `${when}-${commits}`); commits += 1) points += 1;
  return points;
}
