// The gateway as it is started scaled out, with its access log; prints its address.
import { startGateway } from '@builder-ai/gateway/compose';

const gateway = await startGateway(process.env);
console.log(gateway.url);
process.on('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
