// The same trace when each service is a process of its own, and Kafka is between them.
import type { Task } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { type OtlpReceiver, startOtlpReceiver } from '@builder-ai/testing/otlp-receiver';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { witnessScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPatientClient } from '../chaos/patient-client.ts';
import { waitForEnds } from '../chaos/wait-for-ends.ts';
import { API_KEY, type Cluster, startCluster } from '../cluster/cluster.ts';
import { expectTreeOfRun, findTrace, OF_A_RUN } from '../trace-tree.ts';

let cluster: Cluster;
let provider: ScriptedProvider;
let receiver: OtlpReceiver;

beforeAll(async () => {
  provider = await startScriptedProvider({ script: witnessScript(2, 2) });
  receiver = await startOtlpReceiver();
  cluster = await startCluster({
    replicas: { 'agent-service': 1, 'notification-service': 1 },
    env: {
      ...receiver.env,
      ANTHROPIC_API_KEY: 'claude-key-of-the-cluster-8f3a',
      ANTHROPIC_BASE_URL: provider.url,
      AGENT_MODE: 'claude',
    },
  });
}, 120_000);

afterAll(async () => {
  await cluster?.close();
  await provider?.close();
  await receiver?.close();
}, 60_000);

test('one trace goes through four processes and Kafka', async () => {
  const client = newPatientClient(cluster.url, API_KEY);
  const { body: task } = await client.request<Task>('POST', '/tasks', { type: 'build', goal: 'write down' });
  await client.request('POST', `/tasks/${task.id}/run-async`);
  await waitForEnds(client, [task.id], 60_000);
  const trace = await eventually(() => findTrace(receiver.spans, 'POST /tasks/:id/run-async', OF_A_RUN), 20_000);
  expectTreeOfRun(trace);
  expect(new Set(trace.map(({ process }) => process))).toEqual(
    new Set(['gateway', 'task-service', 'agent-service', 'notification-service']),
  );
  // Libraries of vendors make spans of their own.
  for (const { process, scope } of trace) if (!scope.startsWith('com.')) expect(scope).toBe(process);
}, 120_000);
