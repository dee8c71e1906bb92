// Does to the cluster what a schedule says.
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerProcess } from '@builder-ai/testing/server-process';
import type { Cluster, Replica } from '../cluster/cluster.ts';
import type { Action } from './schedule.ts';

export type Done = { kills: number; pauses: number; stops: number; cuts: number };

/** Resolves when everything is up again. What is down or paused already is left alone. */
export async function disturb(
  cluster: Cluster,
  schedule: readonly Action[],
  log: (text: string) => void,
): Promise<Done> {
  const busy = new Set<string>();
  const done: Done = { kills: 0, pauses: 0, stops: 0, cuts: 0 };
  const started = performance.now();
  await Promise.all(
    schedule.map(async (action) => {
      await delay(Math.max(0, action.atMs - (performance.now() - started)));
      if (busy.has(action.target)) return;
      busy.add(action.target);
      log(`${Math.round(performance.now() - started)} ms ${action.kind} ${action.target} for ${action.forMs} ms`);
      await act(cluster, action, done);
      busy.delete(action.target);
    }),
  );
  return done;
}

async function act(cluster: Cluster, { kind, target, forMs }: Action, done: Done): Promise<void> {
  const replica = cluster.replicas.find(({ name }) => name === target);
  const server: ServerProcess = replica ?? (target === 'kafka' ? cluster.kafka : cluster.redis);
  if (kind === 'cut') {
    done.cuts += 1;
    const { database } = replica as Replica;
    database.unplug();
    await delay(forMs);
    database.plugIn();
  } else if (kind === 'pause') {
    done.pauses += 1;
    server.pause();
    await delay(forMs);
    server.resume();
  } else {
    if (kind === 'kill') {
      done.kills += 1;
      await server.kill();
    } else {
      done.stops += 1;
      await server.stop();
    }
    await delay(forMs);
    await server.restart();
  }
}
