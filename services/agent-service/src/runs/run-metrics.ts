// The queue of runs and what became of their workers, as metrics.
import type { Database } from '@builder-ai/platform/database';
import type { Metrics } from '@builder-ai/platform/metrics';
import type { ClaimedRun } from './run.ts';

// Both states have an index; a long queue is counted no further than told.
const COUNTED_AT_MOST = 100_000;
const QUEUE = `select
    (select count(*)::int from (select 1 from runs where state = 'ready' limit ${COUNTED_AT_MOST}) r) as ready,
    (select count(*)::int from (select 1 from runs where state = 'running' limit ${COUNTED_AT_MOST}) r) as running,
    coalesce((select extract(epoch from clock_timestamp() - min(ready_at))::float8 from runs
      where state = 'ready'), 0) as oldest`;

type Queue = { ready: number; running: number; oldest: number };

export function addRunMetrics(metrics: Metrics, db: Database): void {
  const read = async () => (await db.query<Queue>(QUEUE))[0] as Queue;
  metrics.gauges('runs', 'Runs that wait for a worker (ready) or have one (running).', ['state'], async () => {
    const { ready, running } = await read();
    return [
      { labels: { state: 'ready' }, value: ready },
      { labels: { state: 'running' }, value: running },
    ];
  });
  metrics.gauge(
    'run_queue_oldest_seconds',
    'How long the first of the waiting runs has waited.',
    async () => (await read()).oldest,
  );
}

/** Counts runs that another worker had before: it died (expired), or it stopped in order (handed_over). */
export function countTakeovers(metrics: Metrics): (run: ClaimedRun) => void {
  const claims = metrics.counter('runs_claimed_total', 'Runs that this process has begun to drive.');
  const takeovers = metrics.counter(
    'run_takeovers_total',
    'Runs taken over from another worker, by how it left them.',
    ['how'],
  );
  for (const how of ['expired', 'handed_over'] as const) takeovers.inc({ how }, 0);
  return ({ taken_over, recoveries }) => {
    claims.inc();
    // A run that was handed over after a worker's death, with no call finished between, counts as that death again.
    if (taken_over) takeovers.inc({ how: recoveries > 0 ? 'expired' : 'handed_over' });
  };
}
