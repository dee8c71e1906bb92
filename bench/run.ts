// Usage: npm run bench [-- name …] [--pauses 45]; without a name all of them. The names are below.
import { parseArgs } from 'node:util';
import { benchCreateTask } from './create-task.ts';
import { benchEventLatency } from './event-latency.ts';
import { benchFirstBuiltThing } from './first-built-thing.ts';
import { benchFirstToken } from './first-token.ts';
import { benchFork } from './fork.ts';
import { benchGateway } from './gateway.ts';
import { benchHeldTasks } from './held-tasks.ts';
import { benchHostileInput } from './hostile-input.ts';
import { benchIdentityCost } from './identity-cost.ts';
import { benchMixedLoad } from './mixed-load.ts';
import { benchOneStepRuns } from './one-step-runs.ts';
import { benchPauses } from './pauses.ts';
import { benchReadsBesideJobs } from './reads-beside-jobs.ts';
import { benchSandbox } from './sandbox.ts';
import { benchScaledLatency } from './scaled-latency.ts';
import { benchSlowService } from './slow-service.ts';
import { benchSocketLimit } from './sockets/socket-limit.ts';
import { benchSocketTrouble } from './sockets/socket-trouble.ts';
import { benchSockets } from './sockets/sockets.ts';
import { benchStartToReady } from './start-to-ready.ts';
import { benchStepOverhead } from './step-overhead.ts';
import { benchStepOverheadPeers } from './step-overhead-peers.ts';
import { benchTakeover } from './takeover.ts';
import { benchTakeoverPeers } from './takeover-peers.ts';
import { benchTelemetry } from './telemetry.ts';
import { benchUserLoad } from './users/user-load.ts';
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
  'hostile-input': benchHostileInput,
  'identity-cost': benchIdentityCost,
  'mixed-load': benchMixedLoad,
  'one-step-runs': benchOneStepRuns,
  pauses: () => benchPauses(Number(values.pauses)),
  'reads-beside-jobs': benchReadsBesideJobs,
  sandbox: benchSandbox,
  'slow-service': benchSlowService,
  'socket-limit': benchSocketLimit,
  'socket-trouble': benchSocketTrouble,
  sockets: benchSockets,
  'scaled-latency': benchScaledLatency,
  'start-to-ready': benchStartToReady,
  'step-overhead': benchStepOverhead,
  'step-overhead-peers': benchStepOverheadPeers,
  takeover: benchTakeover,
  'takeover-peers': benchTakeoverPeers,
  telemetry: benchTelemetry,
  'user-load': benchUserLoad,
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
