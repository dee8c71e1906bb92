// A task that nobody disturbs, to which those of the rounds are compared.
import type { Task } from '@builder-ai/contracts/task';
import type { Database } from '@builder-ai/platform/database';
import { walkOf } from './check-round.ts';
import type { Outside } from './outside.ts';
import type { PatientClient } from './patient-client.ts';
import type { Provider } from './provider.ts';
import { waitForEnds } from './wait-for-ends.ts';

export type Expected = {
  /** The files that it makes. */
  walk: Record<string, string>;
  /** How often it asks the provider. */
  calls: number;
  outsideCalls: number;
  /** In micro-dollars, a cap that lets any call of it be made, and not all of them. */
  shortCap: number;
};

type Parts = { client: PatientClient; provider: Provider; outside: Outside; db: Database; limitMs: number };

/** For a cluster that has run nothing yet. */
export async function runUndisturbed({ client, provider, outside, db, limitMs }: Parts): Promise<Expected> {
  const goal = 'chaos undisturbed';
  const { body } = await client.request<Task>('POST', '/tasks', { type: 'build', goal });
  await client.request('POST', `/tasks/${body.id}/run-async`);
  await waitForEnds(client, [body.id], limitMs, outside);
  const walk = await walkOf(client, body.id);
  if (!('witness.txt' in walk)) throw new Error(`The undisturbed run left no witness: ${Object.keys(walk).join(' ')}`);
  const [money] = await db.query<{ shortCap: number }>(
    `select spent_micro_usd / 2 + (select max((data->>'reserved_micro_usd')::bigint) from ledger) as "shortCap" from runs`,
  );
  const { shortCap } = money as { shortCap: number };
  return { walk, calls: provider.calls().length, outsideCalls: outside.timesOf(goal).length, shortCap };
}
