// The gateway as it is started scaled out, with its access log; prints its address.
import { startGateway } from '@builder-ai/gateway/compose';
import type { Bus } from '@builder-ai/platform/bus/bus';

const nothing = { close: async () => {} };
/** What is measured tells nobody anything. */
const bus: Bus = {
  name: 'nobody',
  publish: async () => {},
  subscribe: async () => nothing,
  broadcast: () => {},
  listen: () => nothing,
  lag: async () => [],
  check: async () => {},
  close: async () => {},
};

const gateway = await startGateway(process.env, { bus });
console.log(gateway.url);
process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
