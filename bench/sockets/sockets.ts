// What a socket costs, and how long an event takes to the last of 5,000 and to 500 rooms of 10: notification-service, whose
// sockets are signed in and watch by a cursor, beside a bare socket.io server in the same run.
// Usage: npm run bench -- sockets
import { percentile, roundsOf, show } from '../harness.ts';
import { fromAll, openStage, type Side } from './stage.ts';

const SOCKETS = Number(process.env.BENCH_SOCKETS ?? 5_000);
const ROUNDS = roundsOf(50);
const ROOMS = SOCKETS / 10;
const SECONDS = roundsOf(20);

export async function benchSockets(): Promise<string> {
  const stage = await openStage();
  try {
    const sides = [await stage.ours(), await stage.bare()];
    const lines: string[] = [];
    const perSocket: number[] = [];
    for (const side of sides) {
      const before = await side.server.call<number>('memory');
      const { ms, faults, fault } = await side.connect(SOCKETS, SOCKETS);
      if (faults > 0) throw new Error(`${faults} could not connect: ${fault}`);
      const after = await side.server.call<number>('memory');
      perSocket.push((after - before) / SOCKETS / 1024);
      lines.push(
        `${side.name}: ${SOCKETS} sockets in ${show(ms / 1000)} s, ${show(perSocket.at(-1) as number)} KiB each`,
      );
    }
    lines.push(`memory, ratio: ${show((perSocket[0] as number) / (perSocket[1] as number))}`);
    lines.push(...(await broadcastInTurn(sides)));
    for (const side of sides) await side.close();
    lines.push(...(await rooms([await stage.ours(), await stage.bare()])));
    return lines.join('\n');
  } finally {
    await stage.close();
  }
}

/** One event to all, from its publication to the last of them. */
async function broadcastInTurn(sides: Side[]): Promise<string[]> {
  const last: number[][] = sides.map(() => []);
  for (let seq = 1; seq <= ROUNDS + 3; seq += 1) {
    for (const index of seq % 2 === 0 ? [0, 1] : [1, 0]) {
      const side = sides[index] as Side;
      await side.server.call('publish', { tasks: [`${side.prefix}-0`], seq });
      await fromAll(side, 'untilAllAt', { seq, limitMs: 10_000 });
      const latencies = await fromAll<number>(side, 'takeArrivals', { seq });
      if (latencies.length !== SOCKETS) throw new Error(`${latencies.length} of ${SOCKETS} got event ${seq}.`);
      // The first ones are not counted: code is cold.
      if (seq > 3) last[index]?.push(Math.max(...latencies));
    }
  }
  const ratios = (last[0] ?? []).map((value, round) => value / (last[1]?.[round] as number));
  return [
    ...sides.map(({ name }, index) => {
      const values = last[index] as number[];
      return `${name}, one event to ${SOCKETS}, the last one: p50 ${show(percentile(values, 50))} ms, p99 ${show(percentile(values, 99))} ms`;
    }),
    `ratio of rounds: ${show(percentile(ratios, 50))} (${show(percentile(ratios, 10))}–${show(percentile(ratios, 90))}), ${ROUNDS} rounds`,
  ];
}

/** An event a second to each room of ten. */
async function rooms(sides: Side[]): Promise<string[]> {
  const lines: string[] = [];
  for (const side of sides) {
    const { faults, fault } = await side.connect(SOCKETS, 10);
    if (faults > 0) throw new Error(`${faults} could not connect: ${fault}`);
    await fromAll(side, 'takeArrivals');
    const PARTS = 20;
    const all = Array.from({ length: ROOMS }, (_, nth) => `${side.prefix}-${nth}`);
    const publishing: Promise<unknown>[] = [];
    for (let seq = 1; seq <= SECONDS; seq += 1) {
      for (let part = 0; part < PARTS; part += 1) {
        const tasks = all.filter((_, nth) => nth % PARTS === part);
        publishing.push(side.server.call('publish', { tasks, seq }));
        await new Promise((resolve) => setTimeout(resolve, 1_000 / PARTS));
      }
    }
    await Promise.all(publishing);
    await fromAll(side, 'untilAllAt', { seq: SECONDS, limitMs: 20_000 });
    const latencies = await fromAll<number>(side, 'takeArrivals');
    lines.push(
      `${side.name}, ${ROOMS} rooms of 10, an event a second each for ${SECONDS} s: p50 ${show(percentile(latencies, 50))} ms, ` +
        `p99 ${show(percentile(latencies, 99))} ms, ${latencies.length} of ${ROOMS * 10 * SECONDS} arrived`,
    );
    await side.close();
  }
  return lines;
}
