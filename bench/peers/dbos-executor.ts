// An executor of DBOS with a workflow of many steps of 50 ms each. Ends with its parent.
// Usage: node dbos-executor.ts <database> <executor id> (started by takeover-peers.ts, which it tells when it is ready)
import { setTimeout as delay } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { DBOS_APP, DBOS_QUEUE, DBOS_WORKFLOW } from './dbos-settings.ts';

process.once('disconnect', () => process.exit());
const [systemDatabaseUrl, executorID] = process.argv.slice(2) as [string, string];
DBOS.setConfig({ ...DBOS_APP, systemDatabaseUrl, executorID, logLevel: 'error' });
DBOS.registerWorkflow(
  async () => {
    for (let step = 0; step < 2_000; step += 1) await DBOS.runStep(() => delay(50), { name: 'step' });
  },
  { name: DBOS_WORKFLOW },
);
await DBOS.launch();
await DBOS.registerQueue(DBOS_QUEUE, { minPollingIntervalMs: 50 });
process.send?.('ready');
