// The gateway as it is started scaled out, with its access log; prints its address.
import { startGateway } from '@builder-ai/gateway/compose';
import { voidBus } from '../void-bus.ts';

const gateway = await startGateway(process.env, { bus: voidBus });
console.log(gateway.url);
process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
