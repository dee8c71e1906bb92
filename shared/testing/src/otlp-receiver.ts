// A real OTLP receiver over HTTP (JSON), as a collector is one: keeps the spans that it is sent.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ReceivedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  name: string;
  /** `SERVER`, `CLIENT`, `PRODUCER`, `CONSUMER` or `INTERNAL`. */
  kind: string;
  /** The service whose work it is. */
  scope: string;
  /** The process that sent it. */
  process: string;
  attributes: Record<string, unknown>;
  failed: boolean;
};

export type OtlpReceiver = {
  spans: ReceivedSpan[];
  /** What processes need in their environment to send here, soon and everything. */
  env: Record<string, string>;
  close(): Promise<void>;
};

type Attribute = { key: string; value: Record<string, unknown> };
type WireSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes?: Attribute[];
  status?: { code?: number };
};
type Wire = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { scope: { name: string }; spans: WireSpan[] }[];
  }[];
};

const KINDS = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const ERROR = 2;

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(404).end();
      return;
    }
    spans.push(...toSpans(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Wire));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    spans,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function toSpans({ resourceSpans }: Wire): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, attributes = [], status }) => ({
        traceId,
        spanId,
        parentSpanId: parentSpanId || undefined,
        name,
        kind: KINDS[kind] ?? 'INTERNAL',
        scope: scope.name,
        process: String(toRecord(resource.attributes)['service.name']),
        attributes: toRecord(attributes),
        failed: status?.code === ERROR,
      })),
    ),
  );
}

/** Each value has one field, named for its type. */
function toRecord(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [type, given] = Object.entries(value)[0] ?? [];
      return [key, type === 'intValue' ? Number(given) : given];
    }),
  );
}
