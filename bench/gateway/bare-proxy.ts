// The gateway's own way of carrying a request, and nothing else that it does: what a proxy costs at least here.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { carry } from '@builder-ai/gateway/proxy/carry';
import { openBody } from '@builder-ai/gateway/proxy/request-body';
import { Pool } from 'undici';

const pool = new Pool(process.env.UPSTREAM as string, { connections: 256, allowH2: false });

const server = createServer(async (request, response) => {
  const { connection: _connection, ...headers } = request.headers;
  const exchange = {
    method: request.method as string,
    url: request.url as string,
    headers: headers as Record<string, string>,
    body: await openBody(request),
    response,
    ownHeaders: [],
    timeoutMs: 30_000,
    maxBodyBytes: Number.POSITIVE_INFINITY,
  };
  carry(pool, exchange, { onAnswer() {}, onFailure: () => response.writeHead(502).end() });
});
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
