// A tool server that is no part of the product: it lives through everything, and counts what reaches it. What a call does
// there is not repeated by itself; `look` says that it only reads, `act` does not.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task, UncertainCall } from '@builder-ai/contracts/task';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { type PatientClient, unlessTooLate } from './patient-client.ts';

export type Outside = {
  /** For MCP_SERVERS. */
  file: string;
  /** How often each call of the task with this goal came here. */
  timesOf(goal: string): number[];
  /** Says of an uncertain call what a user who looks here would say: done if it was done, else do it again. */
  settle(client: PatientClient, task: Task, call: UncertainCall): Promise<void>;
  /** How often that was necessary. */
  settled(): number;
  close(): Promise<void>;
};

/** How long a call takes: long enough to be killed in. */
const LATENCY_MS = 60;

export async function startOutside(directory: string, name: string): Promise<Outside> {
  const times = new Map<string, number>();
  let settled = 0;
  const http = createServer((request, response) => void answer(request, response, times));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const file = join(directory, 'mcp-servers.json');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  writeFileSync(file, JSON.stringify({ mcpServers: { [name]: { url } } }));
  return {
    file,
    timesOf: (goal) => [...times].flatMap(([label, count]) => (label.startsWith(`${goal}, step `) ? [count] : [])),
    async settle(client, { id, goal }, { call_id, step }) {
      const decision = times.has(labelOf(goal, step + 1)) ? 'done' : 'redo';
      // Too late: it was settled a moment ago, and the task does not say so yet.
      const request = client.request('POST', `/tasks/${id}/resolve`, { call_id, decision });
      if (await unlessTooLate(request)) settled += 1;
    },
    settled: () => settled,
    async close() {
      http.closeAllConnections();
      http.close();
    },
  };
}

const labelOf = (goal: string, step: number) => `${goal}, step ${step}`;

const TOOLS = [{ name: 'look', annotations: { readOnlyHint: true } }, { name: 'act' }].map((tool) => ({
  ...tool,
  inputSchema: { type: 'object' as const, properties: { label: { type: 'string' } } },
}));

/** Without sessions: each request has a server of its own. */
async function answer(request: IncomingMessage, response: ServerResponse, times: Map<string, number>): Promise<void> {
  const server = new Server({ name: 'outside', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const label = String(params.arguments?.label);
    times.set(label, (times.get(label) ?? 0) + 1);
    await delay(LATENCY_MS);
    return { content: [{ type: 'text', text: 'done' }] };
  });
  const transport = new StreamableHTTPServerTransport({});
  response.on('close', () => void server.close());
  await server.connect(transport as Parameters<Server['connect']>[0]);
  await transport.handleRequest(request, response);
}
