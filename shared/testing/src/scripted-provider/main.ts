// The scripted provider as a process of its own, for tests that kill everything around it. PORT; SCRIPT: steps, callsPerStep
// and latencyMs as JSON; REQUEST_LOG: a file that gets one line for each request received.
import { appendFileSync } from 'node:fs';
import { startScriptedProvider } from '../scripted-provider.ts';
import { witnessScript } from './script.ts';

const { steps, callsPerStep, latencyMs = 0 } = JSON.parse(process.env.SCRIPT ?? '{}');
const log = process.env.REQUEST_LOG as string;
appendFileSync(log, '');

await startScriptedProvider({
  port: Number(process.env.PORT),
  script: witnessScript(steps, callsPerStep),
  latencyMs: () => latencyMs,
  // Before the answer, so that no answer is unknown to the log.
  onRequest: (request) => appendFileSync(log, `${JSON.stringify(request)}\n`),
});
