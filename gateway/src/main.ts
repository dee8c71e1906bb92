// The gateway as a process of its own.
import { runProcess } from '@builder-ai/platform/run-process';
import { startGateway } from './compose.ts';

await runProcess('gateway', (env) => startGateway(env));
