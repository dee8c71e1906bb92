// How many sockets one process takes, and what stops it.
// Usage: npm run bench -- socket-limit
import { show } from '../harness.ts';
import { openStage } from './stage.ts';

const GOAL = Number(process.env.BENCH_SOCKETS ?? 20_000);
const STEP = 2_500;

export async function benchSocketLimit(): Promise<string> {
  const stage = await openStage();
  try {
    const side = await stage.ours({ loads: 4 });
    const lines: string[] = [];
    for (let count = STEP; count <= GOAL; count += STEP) {
      const { ms, faults, fault } = await side.connect(STEP, 10);
      const memory = await side.server.call<number>('memory');
      lines.push(
        `${count} asked for, ${faults} refused${fault ? ` (${fault})` : ''}, ${show(ms / 1_000)} s, ${show(memory / 1024 / 1024)} MiB`,
      );
      if (faults > 0) break;
    }
    lines.push(`connected: ${await side.server.call<number>('connected')}`);
    return lines.join('\n');
  } finally {
    await stage.close();
  }
}
