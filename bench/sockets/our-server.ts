// notification-service in a process of its own, with a bus that hands it what the bench publishes: each message in the order
// of its key, and again until it is acknowledged.
import { logAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { startNotificationService } from '../../services/notification-service/src/compose.ts';
import type { Bus, BusMessage, MessageHandler } from '../../shared/platform/src/bus/bus.ts';
import { toEnvelope } from '../../shared/platform/src/event-envelope.ts';
import type { RunningService } from '../../shared/platform/src/run-process.ts';
import { answerCalls, heldMemory, nowMs } from './child-calls.ts';

let handle: MessageHandler = async () => {};
const queues = new Map<string, Promise<unknown>>();

function deliver(message: BusMessage): Promise<unknown> {
  const before = queues.get(message.key) ?? Promise.resolve();
  const done = before.then(async () => handle(message, []));
  queues.set(message.key, done);
  return done;
}

const bus: Bus = {
  name: 'bench',
  async publish(messages) {
    await Promise.all(messages.map(deliver));
  },
  async subscribe(_consumer, _topics, handler) {
    handle = handler;
    return { close: async () => {} };
  },
  broadcast() {},
  listen: () => ({ close: async () => {} }),
  lag: async () => [],
  check: async () => {},
  close: async () => {},
};

let service: RunningService;

answerCalls({
  async start(env: Record<string, string>) {
    service = await startNotificationService(env, { bus });
    return service.url;
  },
  async publish({ tasks, seq, bytes = 0 }: { tasks: string[]; seq: number; bytes?: number }) {
    await Promise.all(
      tasks.map((task) => {
        const data = { ...logAddedEntry.sample, seq, message: `line ${seq}`.padEnd(bytes), sent: nowMs() };
        const envelope = toEnvelope('task-service', logAddedEntry, data, { key: task, seq, ownerId: 'bench' });
        return deliver({ topic: 'task.events', key: task, value: JSON.stringify({ ...envelope, runseq: seq }) });
      }),
    );
  },
  memory: heldMemory,
  connected: async () => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(text.match(/sockets_connected\S* (\d+)/)?.[1]);
  },
});
