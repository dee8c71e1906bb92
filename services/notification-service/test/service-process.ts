// notification-service in a process that a test may kill; no event comes to it. Says its address when it listens.
import type { Bus } from '@builder-ai/platform/bus/bus';
import { startNotificationService } from '../src/compose.ts';

const idle: Bus = {
  name: 'idle',
  publish: async () => {},
  subscribe: async () => ({ close: async () => {} }),
  broadcast() {},
  listen: () => ({ close: async () => {} }),
  lag: async () => [],
  check: async () => {},
  close: async () => {},
};

const { url } = await startNotificationService(process.env, { bus: idle });
process.send?.(url);
