// What goes wrong with sockets, and what it does to others: a reader that stalls, links that are cut, everybody coming back at
// once. notification-service beside a bare socket.io server in the same run.
// Usage: npm run bench -- socket-trouble
import { setTimeout as delay } from 'node:timers/promises';
import { percentile, roundsOf, show } from '../harness.ts';
import type { Sequence } from './load-process.ts';
import { fromAll, openStage, type Side, type Stage } from './stage.ts';

const STORM = Number(process.env.BENCH_SOCKETS ?? 5_000);
const CUT = 500;
const READERS = 50;
const ROUNDS = roundsOf(11);

export async function benchSocketTrouble(): Promise<string> {
  const lines: string[] = [];
  for (const bench of [stalledReader, cutLinks, storm]) {
    const stage = await openStage();
    try {
      lines.push(await bench(stage));
    } finally {
      await stage.close();
    }
  }
  return lines.join('\n');
}

/** 50 read one task's entries of 16 KB; in every second round a 51st has stopped reading. */
async function stalledReader(stage: Stage): Promise<string> {
  const side = await stage.ours({ loads: 2 });
  await side.connect(READERS * 2, READERS * 2);
  const reading = side.loads[0] as Side['loads'][number];
  const stalling = side.loads[1] as Side['loads'][number];
  let seq = 0;
  const round = async () => {
    for (let nth = 0; nth < 50; nth += 1) {
      seq += 1;
      await side.server.call('publish', { tasks: [`${side.prefix}-0`], seq, bytes: 16_384 });
      await delay(10);
    }
    await reading.call('untilAllAt', { seq, limitMs: 20_000 });
    return percentile(await reading.call<number[]>('takeArrivals'), 99);
  };
  const ratios: number[] = [];
  await round();
  for (let nth = 0; nth < ROUNDS; nth += 1) {
    const times: Record<'without' | 'with', number> = { without: 0, with: 0 };
    for (const way of nth % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
      if (way === 'with') await stalling.call('stall', { nth: 0 });
      times[way] = await round();
      if (way === 'with') await stalling.call('resume', { nth: 0 });
      await delay(200);
    }
    ratios.push(times.with / times.without);
  }
  return `others' p99 with a stalled reader, beside without: ${show(percentile(ratios, 50))} (${show(Math.min(...ratios))}–${show(Math.max(...ratios))}), ${ROUNDS} rounds`;
}

/** A tenth of the links is cut each second, and each comes back half a second later. */
async function cutLinks(stage: Stage): Promise<string> {
  const lines: string[] = [];
  const redis = process.env.BENCH_REDIS_URL;
  const env: Record<string, string> = redis ? { REDIS_URL: redis } : {};
  for (const side of [await stage.ours({ env, replicas: 2 }), await stage.bare({ replicas: 2 })]) {
    const SECONDS = 20;
    const PER_SECOND = 10;
    await side.connect(CUT, CUT);
    for (const load of side.loads) await load.call('keepSeqs');
    let cut = 0;
    let stop = false;
    const cutting = (async () => {
      while (!stop) {
        const some = await Promise.all(
          side.loads.map((load) => load.call<{ cut: number }>('cutSome', { share: 0.1, backAfterMs: 500 })),
        );
        cut += some.reduce((sum, each) => sum + each.cut, 0);
      }
    })();
    let seq = 0;
    while (seq < SECONDS * PER_SECOND) {
      seq += 1;
      await side.publish({ tasks: [`${side.prefix}-0`], seq });
      await delay(1_000 / PER_SECOND);
    }
    stop = true;
    await cutting;
    await delay(3_000);
    const sum: Sequence = { missing: 0, doubled: 0, disordered: 0 };
    for (const load of side.loads) {
      const found = await load.call<Sequence>('checkSeqs', { last: seq });
      for (const key of Object.keys(sum) as (keyof Sequence)[]) sum[key] += found[key];
    }
    lines.push(
      `${side.name}, two replicas, ${CUT} sockets, ${cut} cuts, ${seq} events: ${sum.missing} of ${seq * CUT} missing, ${sum.doubled} twice, ${sum.disordered} out of order`,
    );
    await side.close();
  }
  return lines.join('\n');
}

/** All links are cut at once, 20 entries come, and everybody comes back for them. */
async function storm(stage: Stage): Promise<string> {
  const side = await stage.ours({ width: 250 });
  const first = await side.connect(STORM, 10);
  const tasks = Array.from({ length: STORM / 10 }, (_, nth) => `${side.prefix}-${nth}`);
  for (const load of side.loads) await load.call('cutAll');
  for (let seq = 1; seq <= 20; seq += 1) await side.server.call('publish', { tasks, seq });
  const back = await Promise.all(
    side.loads.map((load) => load.call<{ ms: number; faults: number; reached: number }>('comeBack', { seq: 20 })),
  );
  const ms = Math.max(...back.map((each) => each.ms));
  const reached = back.reduce((sum, each) => sum + each.reached, 0);
  await fromAll(side, 'takeArrivals');
  return `${STORM} at once: first connect ${show(first.ms / 1_000)} s, all back and caught up ${show(ms / 1_000)} s (${reached} of ${STORM}): ${show(ms / first.ms)} times`;
}
