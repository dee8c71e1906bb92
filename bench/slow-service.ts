// Whether one service that takes its time holds up requests to the others: GET /tasks/:id at a fixed rate through the gateway, with
// and without 200 requests under way to an agent-service that answers after five seconds.
// Usage: npm run bench -- slow-service
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { Agent, request } from 'undici';
import { atFixedRate } from './fixed-rate.ts';
import { API_KEY, type Started, startFullGateway, startProgram } from './gateway/processes.ts';
import { compare, percentile, report, roundsOf } from './harness.ts';

const ROUNDS = 7;
const ROUND_MS = 4_000;
const RATE = 200;
const WAITING = 200;
const TASK_ID = '01890000-0000-7000-8000-000000000001';

export async function benchSlowService(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const postgres = await openEmbeddedPostgres({ directory: join(directory, 'server') });
  const started: Started[] = [];
  const start = async (starting: Promise<Started>) => {
    const program = await starting;
    started.push(program);
    return program;
  };
  const dispatcher = new Agent({ connections: WAITING + 50, pipelining: 1 });
  try {
    await postgres.ensureDatabase('gateway');
    const quick = await start(startProgram('upstream', {}));
    const slow = await start(startProgram('upstream', { DELAY_MS: '5000' }));
    const gateway = await start(
      startFullGateway({
        databaseUrl: postgres.url('gateway'),
        logFile: join(directory, 'gateway.log'),
        upstreams: { task: quick.url, agent: slow.url, notification: quick.url },
      }),
    );
    const get = async (path: string) => {
      const { statusCode, body } = await request(gateway.url + path, {
        headers: { authorization: `Bearer ${API_KEY}` },
        dispatcher,
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
    };
    const p99 = async () => percentile(await atFixedRate(RATE, ROUND_MS, () => get(`/tasks/${TASK_ID}`)), 99);
    const beside = async () => {
      const waiting = Array.from({ length: WAITING }, () => get(`/tasks/${TASK_ID}/files`));
      // They are all with the slow service by then.
      await delay(500);
      const result = await p99();
      await Promise.all(waiting);
      return result;
    };
    const name = `GET /tasks/:id, ${RATE}/s`;
    const unit = 'ms (p99)';
    const result = await compare(
      { name: `${name}, ${WAITING} requests waiting for another service`, unit, round: beside },
      { name: `${name}, nothing else`, unit, round: p99 },
      roundsOf(ROUNDS),
    );
    return report(result);
  } finally {
    await dispatcher.close();
    for (const program of started.reverse()) await program.close();
    await postgres.close();
    await rm(directory, { recursive: true, force: true });
  }
}
