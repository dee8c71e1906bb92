// A real HTTP server where a DSN points: keeps what it is sent, as text and as items.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export type SentryEvent = {
  environment?: string;
  release?: string;
  tags?: Record<string, string>;
  extra?: Record<string, unknown>;
  exception?: { values: { type: string; value: string; stacktrace?: { frames: object[] } }[] };
  contexts?: { trace?: { trace_id: string; span_id: string } };
  transaction?: string;
  spans?: { description?: string }[];
};

export type SentryHost = {
  dsn: string;
  events: SentryEvent[];
  transactions: SentryEvent[];
  text(): string;
  close(): Promise<void>;
};

export async function startSentryHost(): Promise<SentryHost> {
  const envelopes: string[] = [];
  const events: SentryEvent[] = [];
  const transactions: SentryEvent[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
    envelopes.push(`${request.url}\n${text}`);
    // An envelope is lines of JSON: its own header, then a header and a payload for each item.
    const lines = text.split('\n').filter((line) => line !== '');
    for (let index = 1; index + 1 < lines.length; index += 2) {
      const { type } = JSON.parse(lines[index] as string) as { type: string };
      const payload = JSON.parse(lines[index + 1] as string) as SentryEvent;
      if (type === 'event') events.push(payload);
      if (type === 'transaction') transactions.push(payload);
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    dsn: `http://publickey@127.0.0.1:${port}/1`,
    events,
    transactions,
    text: () => envelopes.join('\n'),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
