// kill -9 of the process that has the work → the first new durable row: ours beside pg-boss and DBOS, in turn, on one
// PostgreSQL server, each set to notice as soon as its documentation allows (bench/peers says how).
// Usage: npm run bench -- takeover-peers
import { ensureDatabase } from '@builder-ai/local/ensure-database';
import { percentile, roundsOf, show } from './harness.ts';
import { startDbos } from './peers/dbos.ts';
import type { Peer } from './peers/peer.ts';
import { startPgBoss } from './peers/pg-boss.ts';
import { showTimes, startOurTakeover } from './takeover.ts';

const ROUNDS = roundsOf(20);

const NAMES = {
  ours: 'ours (a lease of 2 s, any other process takes over)',
  pgBoss: 'pg-boss (a heartbeat of 10 s, its least)',
  dbos: 'DBOS (restarted at once by a supervisor that sees the process end)',
};

export async function benchTakeoverPeers(): Promise<string> {
  const ours = await startOurTakeover();
  const opened: Peer[] = [];
  const open = async (name: string, start: (url: string) => Promise<Peer>) => {
    const url = new URL(ours.cluster.databaseUrl('agent-service'));
    await ensureDatabase(url.href, name);
    url.pathname = name;
    const peer = await start(url.href);
    opened.push(peer);
    return peer;
  };
  try {
    const pgBoss = await open('peer_pg_boss', startPgBoss);
    const dbos = await open('peer_dbos', startDbos);
    const times = { ours: [] as number[], pgBoss: [] as number[], dbos: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.ours.push(await ours.takeOver('kill'));
      times.pgBoss.push(await pgBoss.takeOver());
      times.dbos.push(await dbos.takeOver());
    }
    const ratio = (other: number[]) => {
      const ratios = times.ours.map((ms, round) => ms / (other[round] as number));
      return `${show(percentile(ratios, 50))} (${show(Math.min(...ratios))}–${show(Math.max(...ratios))})`;
    };
    return [
      ...(['ours', 'pgBoss', 'dbos'] as const).map((who) => `${NAMES[who]}: ${showTimes(times[who])}`),
      `ratio ours / pg-boss: ${ratio(times.pgBoss)}; ours / DBOS: ${ratio(times.dbos)}`,
    ].join('\n');
  } finally {
    for (const peer of opened) await peer.close();
    await ours.close();
  }
}
