// What is done to whom, and when: pure, and the same for the same seed.
import { newRandom, type Random } from '@builder-ai/testing/random';

export type Action = {
  atMs: number;
  /** kill: SIGKILL · pause: SIGSTOP, SIGCONT · stop: SIGTERM · cut: its connections to the database. */
  kind: 'kill' | 'pause' | 'stop' | 'cut';
  target: string;
  /** Until it is started, continued or connected again. */
  forMs: number;
};

export type ScheduleOptions = {
  seed: number;
  /** Names of the services' processes. */
  replicas: readonly string[];
  actions: number;
  durationMs: number;
};

// A worker's or a relay's lease is 2 s: a pause is often longer than three of them.
const PAUSE_MS = { least: 300, most: 7_000 };
const SERVERS = ['kafka', 'redis'];

export function makeSchedule({ seed, replicas, actions, durationMs }: ScheduleOptions): Action[] {
  const random = newRandom(seed);
  const made = Array.from({ length: actions }, (_, index) => {
    // One of the servers now and then; the processes that hold runs and leases most of all.
    const target = random.next() < 0.15 ? random.pick(SERVERS) : random.pick(replicas);
    const kind = pickKind(random, target, index);
    const forMs = kind === 'pause' ? random.between(PAUSE_MS.least, PAUSE_MS.most) : random.between(200, 2_000);
    return { atMs: random.between(0, durationMs), kind, target, forMs };
  });
  return made.sort((one, other) => one.atMs - other.atMs);
}

/** The first of each round is a kill. */
function pickKind(random: Random, target: string, index: number): Action['kind'] {
  const roll = random.next();
  if (SERVERS.includes(target)) return roll < 0.5 ? 'kill' : 'pause';
  if (index === 0 || roll < 0.5) return 'kill';
  if (roll < 0.75) return 'pause';
  return roll < 0.9 ? 'cut' : 'stop';
}
