// The gateway as a process of its own, for tests of what a process shows: warnings, handles, its end.
import { runProcess } from '@builder-ai/platform/run-process';
import { startGateway } from '../src/compose.ts';

await runProcess('gateway', startGateway);
