// Tools of other programs, by the Model Context Protocol. What they do happens outside of the workspace: an interrupted
// call is never made again by itself, unless its server says that it only reads.

import type { Logger } from '@builder-ai/platform/logger';
import { type Outgoing, openOutgoing } from '@builder-ai/platform/outgoing/outgoing';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { MAX_OUTPUT_LENGTH, type Tool, type ToolResult, truncate } from '../tools/define-tool.ts';
import type { McpServer } from './mcp-servers.ts';

export type McpTools = {
  /** Of the servers that are there at this moment. */
  tools(): readonly Tool[];
  close(): Promise<void>;
};

const CALL_TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 15_000;
const RETRY_MS = 30_000;
const MAX_NAME_LENGTH = 64;
/** Every name of a tool of another server begins so. */
export const MCP_PREFIX = 'mcp__';

export const NO_MCP_TOOLS: McpTools = { tools: () => [], close: async () => {} };

/** Resolves when each server has answered or failed once; those that are away are tried again and again. */
export async function openMcpTools(servers: readonly McpServer[], logger: Logger): Promise<McpTools> {
  const connected = new Map<string, { client: Client; tools: Tool[] }>();
  // Naming a server in the file is the permission to call it, also one of this machine, and nothing beside it.
  const outgoing = openOutgoing(servers.flatMap((server) => ('url' in server ? targetOf(server.url) : [])));
  let closed = false;

  async function connect(server: McpServer): Promise<void> {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const client = new Client({ name: 'builder-ai', version: '1.0.0' });
    try {
      await client.connect(await openTransport(server, outgoing), { timeout: CONNECT_TIMEOUT_MS });
      const { tools } = await client.listTools(undefined, { timeout: CONNECT_TIMEOUT_MS });
      client.onclose = () => void connected.delete(server.name);
      connected.set(server.name, { client, tools: tools.map((tool) => toTool(server.name, client, tool)) });
      logger.info('Tools of a server are there', { server: server.name, tools: tools.length });
    } catch (error) {
      await client.close().catch(() => {});
      logger.warn('The tools of a server are not there; it is tried again', { server: server.name, error });
    }
  }

  const connectAll = () =>
    Promise.all(servers.filter(({ name }) => !closed && !connected.has(name)).map((server) => connect(server)));
  await connectAll();
  const retry = setInterval(() => void connectAll(), RETRY_MS);
  return {
    tools: () => [...connected.values()].flatMap(({ tools }) => tools),
    async close() {
      closed = true;
      clearInterval(retry);
      await Promise.all([...connected.values()].map(({ client }) => client.close().catch(() => {})));
      await outgoing.close();
    },
  };
}

function targetOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

async function openTransport(server: McpServer, outgoing: Outgoing): Promise<Transport> {
  if ('url' in server) {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
    // Its session id may be undefined, which our stricter reading of the interface does not allow.
    return new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: server.headers },
      fetch: outgoing.fetch,
    }) as Transport;
  }
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const { command, args, env } = server;
  // It gets what is configured for it, and of our environment only where programs are.
  return new StdioClientTransport({ command, args, env: { PATH: process.env.PATH ?? '', ...env }, stderr: 'ignore' });
}

type Listed = Awaited<ReturnType<Client['listTools']>>['tools'][number];

function toTool(server: string, client: Client, listed: Listed): Tool {
  const name = `${MCP_PREFIX}${server}__${listed.name}`.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, MAX_NAME_LENGTH);
  const readOnly = listed.annotations?.readOnlyHint === true;
  return {
    spec: { name, description: listed.description ?? listed.name, input_schema: listed.inputSchema },
    readOnly,
    outside: !readOnly,
    summary: () => `${server}: ${listed.name}`,
    async call(input, { signal }) {
      try {
        const request = { name: listed.name, arguments: (input ?? {}) as Record<string, unknown> };
        return toResult(await client.callTool(request, undefined, { signal, timeout: CALL_TIMEOUT_MS }));
      } catch (error) {
        signal.throwIfAborted();
        return { ok: false, output: truncate(`${name} failed: ${(error as Error).message}`) };
      }
    },
  };
}

function toResult(answer: Awaited<ReturnType<Client['callTool']>>): ToolResult {
  const parts = Array.isArray(answer.content) ? (answer.content as { type: string; text?: string }[]) : [];
  const texts = parts.map((part) => (part.type === 'text' ? (part.text ?? '') : `(${part.type} left out)`));
  const output = texts.join('\n').slice(0, MAX_OUTPUT_LENGTH * 2);
  return { ok: answer.isError !== true, output: truncate(output) };
}
