// A service that costs next to nothing: 1 KB of JSON for whatever is asked. Prints its address.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const body = Buffer.from(JSON.stringify({ id: 'x'.repeat(36), text: 'y'.repeat(960) }));

const server = createServer((request, response) => {
  request.resume();
  const send = () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  };
  const delayMs = Number(process.env.DELAY_MS ?? 0);
  if (delayMs > 0) setTimeout(send, delayMs);
  else send();
});
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
