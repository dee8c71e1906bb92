// Usage: npm run bench [-- create-task | event-latency | first-built-thing | first-token | fork | gateway | held-tasks | mixed-load |
//   one-step-runs | pauses | sandbox | scaled-latency | socket-limit | socket-trouble | sockets | step-overhead | step-overhead-peers | takeover | takeover-peers |
//   telemetry | web-page] [--pauses 45]
import { parseArgs } from 'node:util';
import { benchCreateTask } from './create-task.ts';
import { benchEventLatency } from './event-latency.ts';
import { benchFirstBuiltThing } from './first-built-thing.ts';
import { benchFirstToken } from './first-token.ts';
import { benchFork } from './fork.ts';
import { benchGateway } from './gateway.ts';
import { benchHeldTasks } from './held-tasks.ts';
import { benchMixedLoad } from './mixed-load.ts';
import { benchOneStepRuns } from './one-step-runs.ts';
import { benchPauses } from './pauses.ts';
import { benchSandbox } from './sandbox.ts';
import { benchScaledLatency } from './scaled-latency.ts';
import { benchSocketLimit } from './sockets/socket-limit.ts';
import { benchSocketTrouble } from './sockets/socket-trouble.ts';
import { benchSockets } from './sockets/sockets.ts';
import { benchStepOverhead } from './step-overhead.ts';
import { benchStepOverheadPeers } from './step-overhead-peers.ts';
import { benchTakeover } from './takeover.ts';
import { benchTakeoverPeers } from './takeover-peers.ts';
import { benchTelemetry } from './telemetry.ts';
import { benchWebPage } from './web/web-page.ts';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { pauses: { type: 'string', default: '45' } },
});

const benches: Record<string, () => Promise<string>> = {
  'create-task': benchCreateTask,
  'event-latency': benchEventLatency,
  'first-built-thing': benchFirstBuiltThing,
  'first-token': benchFirstToken,
  fork: benchFork,
  gateway: benchGateway,
  'held-tasks': benchHeldTasks,
  'mixed-load': benchMixedLoad,
  'one-step-runs': benchOneStepRuns,
  pauses: () => benchPauses(Number(values.pauses)),
  sandbox: benchSandbox,
  'socket-limit': benchSocketLimit,
  'socket-trouble': benchSocketTrouble,
  sockets: benchSockets,
  'scaled-latency': benchScaledLatency,
  'step-overhead': benchStepOverhead,
  'step-overhead-peers': benchStepOverheadPeers,
  takeover: benchTakeover,
  'takeover-peers': benchTakeoverPeers,
  telemetry: benchTelemetry,
  'web-page': benchWebPage,
};

const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  console.log(`\n## ${name}\n${await benches[name]?.()}`);
}
