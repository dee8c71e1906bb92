import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { defineShape, NO_CONTENT } from '@builder-ai/contracts/shape';
import { type Answer, endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import { toBaseUrl } from '@builder-ai/platform/socket-address';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Request as ExpressRequest } from 'express';
import Joi from 'joi';
import { callerOf } from '../auth/identify.ts';
import type { Deps } from '../deps.ts';
import { type ApiCall, ApiProblem, newApiCall } from './api-call.ts';
import type { McpTool } from './mcp-tool.ts';
import { tools } from './tools.ts';

type JsonSchemaSource = {
  '~standard': { jsonSchema: { input(options: { target: string }): Record<string, unknown> } };
};

const jsonRpcShape = defineShape({
  schema: Joi.object({ jsonrpc: Joi.valid('2.0').required() }).unknown(),
  sample: { jsonrpc: '2.0', id: 1, result: { tools: [] } },
});

/**
 * The product as a tool of others: the Model Context Protocol over HTTP, without sessions
 * (https://modelcontextprotocol.io/specification, Streamable HTTP). By API key only: no page of a browser calls it.
 */
export const postMcp = endpoint<Deps, Record<string, unknown>>({
  method: 'post',
  path: '/mcp',
  access: 'task.read',
  summary: 'Speaks the Model Context Protocol (Streamable HTTP), by API key',
  answers: { 200: jsonRpcShape, 202: NO_CONTENT },
  errors: ['NOT_ACCEPTABLE'],
  bodySample: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  withoutIdempotencyKey: 'the protocol has none',
  body: Joi.object().unknown(),
  async handle({ body, request }) {
    const { key } = callerOf(request);
    if (key === undefined) throw new AppError('NOT_SIGNED_IN', { detail: 'Send an API key: Authorization: Bearer …' });
    const gone = new AbortController();
    request.res?.once('close', () => gone.abort());
    const server = newServer(newApiCall({ ...selfOf(request), signal: gone.signal }));
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport as Parameters<Server['connect']>[0]);
    try {
      return await toAnswer(await transport.handleRequest(toWebRequest(request), { parsedBody: body }));
    } finally {
      await server.close();
    }
  },
});

const refuse = () => {
  throw new AppError('METHOD_NOT_ALLOWED', { headers: { allow: 'POST' } });
};

/** There are no streams that outlive a call, and no sessions to end: clients try, and go on without. */
const refused = {
  path: '/mcp',
  access: 'task.read',
  summary: 'Is not to be had: there are no streams and no sessions',
  answers: {},
  errors: ['METHOD_NOT_ALLOWED'],
  handle: refuse,
} as const;
export const getMcp = endpoint<Deps>({ method: 'get', ...refused });
export const deleteMcp = endpoint<Deps>({ method: 'delete', ...refused });

function newServer(api: ApiCall): Server {
  const server = new Server({ name: 'builder-ai', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map(({ name, description, input, readOnly = false, destructive = false }) => ({
      name,
      description,
      inputSchema: toJsonSchema(input) as { type: 'object' },
      annotations: { readOnlyHint: readOnly, destructiveHint: destructive },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const text = (words: string, isError = false) => ({ content: [{ type: 'text' as const, text: words }], isError });
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) return text(`There is no tool ${params.name}.`, true);
    const { error, value } = tool.input.validate(params.arguments ?? {}, {
      convert: false,
      errors: { wrap: { label: '' } },
    });
    if (error) return text(`The arguments of ${params.name} are unusable: ${error.message}.`, true);
    try {
      const result = await tool.run(value as never, api);
      return text(typeof result === 'string' ? result : JSON.stringify(result, null, 2));
    } catch (problem) {
      if (problem instanceof ApiProblem) return text(toWords(problem, tool.hints), true);
      throw problem;
    }
  });
  return server;
}

function toWords({ message, code }: ApiProblem, hints: McpTool['hints'] = {}): string {
  const hint = hints[code];
  return hint ? `${message.replace(/\.$/, '')}. ${hint}` : message;
}

const toJsonSchema = (schema: unknown) =>
  (schema as JsonSchemaSource)['~standard'].jsonSchema.input({ target: 'draft-2020-12' });

/** The gateway, as it was reached. */
function selfOf({ socket, headers }: ExpressRequest) {
  const { localAddress = '127.0.0.1', localPort } = socket;
  return {
    baseUrl: toBaseUrl(localAddress, localPort),
    headers: { host: headers.host ?? '', authorization: headers.authorization ?? '' },
  };
}

function toWebRequest({ headers, originalUrl }: ExpressRequest): Request {
  const given = ['accept', 'content-type', 'mcp-protocol-version'].flatMap((name): [string, string][] => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return new Request(`http://gateway${originalUrl}`, { method: 'POST', headers: given });
}

async function toAnswer(response: Response): Promise<Answer> {
  if (response.status >= 400) throw toRefusal(response.status, await response.text());
  const headers = { 'content-type': response.headers.get('content-type') ?? 'application/json' };
  if (!response.body) return { status: response.status };
  return { status: response.status, headers, stream: Readable.fromWeb(response.body as ReadableStream) };
}

/** What the protocol's library refuses is a problem like every other: only its words are its own. */
function toRefusal(status: number, text: string): AppError {
  const { error } = JSON.parse(text) as { error: { message: string } };
  const options = { detail: error.message };
  if (status === 406) return new AppError('NOT_ACCEPTABLE', options);
  return status === 400 ? new AppError('INPUT_INVALID', options) : new AppError('INTERNAL', { cause: error });
}
