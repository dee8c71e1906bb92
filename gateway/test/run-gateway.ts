// The gateway as a process of its own, for tests of what a process shows: warnings, handles, its end.
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import { silentLogger } from '@builder-ai/platform/logger';
import { runProcess } from '@builder-ai/platform/run-process';
import { startGateway } from '../src/compose.ts';

await runProcess('gateway', async (env) => {
  const bus = await openLocalBus({ databaseUrl: env.BUS_DATABASE_URL as string, logger: silentLogger });
  const gateway = await startGateway(env, { bus });
  return { ...gateway, close: () => gateway.close().finally(bus.close) };
});
