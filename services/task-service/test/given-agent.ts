// What agent-service says on agent.events, delivered to task-service's consumers as the bus would.
import type { EventDefinition } from '@builder-ai/contracts/event';
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { stepCompleted } from '@builder-ai/contracts/events/step-completed';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { applyMessage, type InboxOptions } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';

const COMMIT = '3f2504e04f8911d39a0c0305e82c3301aabbccdd';

/** Makes the messages of one agent-service, which numbers the events of each task without a gap. */
export function newMessages() {
  const numbers = new Map<string, number>();

  return <Data>(taskId: string, definition: EventDefinition<Data>, data: Data): BusMessage => {
    const runseq = (numbers.get(taskId) ?? 0) + 1;
    numbers.set(taskId, runseq);
    const envelope = { ...toEnvelope('agent-service', definition, data, { key: taskId, ownerId: 'owner' }), runseq };
    return { topic: definition.topic, key: taskId, value: JSON.stringify(envelope) };
  };
}

/** An agent-service whose messages reach the consumers of this service at once. */
export function newAgent(deps: Deps) {
  const message = newMessages();
  // The consumers use neither the bus nor anything that it opens: a message is handed over here.
  const inbox: InboxOptions<Deps> = {
    name: 'task-service',
    bus: undefined as never,
    db: deps.db,
    deps,
    logger: silentLogger,
    consumers: eventConsumers,
  };
  const deliver = (sent: BusMessage) => applyMessage(inbox, sent);

  const says = <Data>(taskId: string, definition: EventDefinition<Data>, data: Data) =>
    deliver(message(taskId, definition, data));

  return {
    message,
    deliver,
    says,
    plans: (taskId: string, steps: string[]) =>
      says(taskId, planCreated, {
        agent: 'template',
        source: 'template',
        steps: steps.map((description) => ({ description })),
      }),
    logs: (taskId: string, text: string, step: number | null = null) =>
      says(taskId, logAdded, { level: 'info', agent: 'template', step, message: text }),
    async makesStep(taskId: string, step: number, next_step: number | null) {
      await says(taskId, stepStarted, { step, description: `step ${step}`, agent: 'template', attempt: 1 });
      await says(taskId, stepCompleted, { step, result: 'Done', commit: COMMIT, cost_micro_usd: 7, next_step });
    },
    completes: (taskId: string, job_id: string) => says(taskId, runCompleted, { job_id }),
  };
}
