// The scripted provider as a process of its own, for tests that kill everything around it. PORT; SCRIPT: steps, callsPerStep,
// latencyMs, outside and endless (see script.ts) as JSON; REQUEST_LOG: a file that gets one line for each request received; ANSWER_LOG, where it is
// given: one for each request that ended, which says whether its answer was sent whole.
import { appendFileSync } from 'node:fs';
import { startScriptedProvider } from '../scripted-provider.ts';
import { endlessScript, witnessScript } from './script.ts';

const { steps, callsPerStep, latencyMs = 0, outside, endless } = JSON.parse(process.env.SCRIPT ?? '{}');
const log = process.env.REQUEST_LOG as string;
const answerLog = process.env.ANSWER_LOG;
const witness = witnessScript(steps, callsPerStep, outside);
appendFileSync(log, '');

await startScriptedProvider({
  port: Number(process.env.PORT),
  script: (request, body) => (endless && request.goal.includes(endless) ? endlessScript : witness)(request, body),
  latencyMs: () => latencyMs,
  // Before the answer, so that no answer is unknown to the log.
  onRequest: (request) => appendFileSync(log, `${JSON.stringify(request)}\n`),
  ...(answerLog && { onEnd: (request) => appendFileSync(answerLog, `${JSON.stringify(request)}\n`) }),
});
