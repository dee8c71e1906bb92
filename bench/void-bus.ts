import type { Bus } from '@builder-ai/platform/bus/bus';

const nothing = { close: async () => {} };

/** Takes what it is given and is no cost of its own: only the service's part is measured. */
export const voidBus: Bus = {
  name: 'void',
  publish: async () => {},
  subscribe: async () => nothing,
  broadcast: () => {},
  listen: () => nothing,
  lag: async () => [],
  check: async () => {},
  close: async () => {},
};
