// Claude, through Anthropic's own SDK. Each request is one attempt: retries are the run's, each with its own ledger row.
import Anthropic, { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import type { Model, ModelAnswer, ModelMessage, ModelRequest } from './model.ts';
import { costOf } from './prices.ts';
import { ProviderFault } from './provider-fault.ts';

export type AnthropicModelOptions = { apiKey: string; baseUrl?: string; model: string };

const TIMEOUT_MS = 10 * 60_000;
/** What the API adds to a request: its own instructions for tools, and the like. */
const OVERHEAD_TOKENS = 1_000;
const MAX_WORDS = 500;
const LATER = new Set([408, 409, 429]);

export function newAnthropicModel({ apiKey, baseUrl, model }: AnthropicModelOptions): Model {
  const client = new Anthropic({
    apiKey,
    // The SDK would take these from the environment.
    authToken: null,
    webhookKey: null,
    baseURL: baseUrl ?? 'https://api.anthropic.com',
    maxRetries: 0,
    timeout: TIMEOUT_MS,
    logLevel: 'off',
  });
  return {
    agent: 'claude',
    name: model,
    reserve(request) {
      // No token is shorter than a byte.
      const bytes = Buffer.byteLength(JSON.stringify(toBody(model, request)));
      return costOf(model, bytes + OVERHEAD_TOKENS, request.maxOutputTokens);
    },
    async answer(request) {
      try {
        const stream = client.messages.stream(toBody(model, request), { signal: request.signal });
        return toAnswer(model, await stream.finalMessage());
      } catch (error) {
        request.signal.throwIfAborted();
        throw toFault(error, apiKey);
      }
    },
  };
}

function toBody(model: string, request: ModelRequest): Anthropic.MessageCreateParamsNonStreaming {
  const { system, messages, tools, maxOutputTokens } = request;
  return {
    model,
    system,
    max_tokens: maxOutputTokens,
    messages: messages.map(toMessage),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input_schema }) => ({
        name,
        description,
        input_schema: input_schema as Anthropic.Tool.InputSchema,
      })),
    }),
  };
}

function toMessage(message: ModelMessage): Anthropic.MessageParam {
  return { role: message.role, content: message.content as Anthropic.ContentBlockParam[] };
}

function toAnswer(model: string, { content, usage }: Anthropic.Message): ModelAnswer {
  const blocks = content.flatMap((block): ModelAnswer['content'] => {
    if (block.type === 'text') return [{ type: 'text', text: block.text }];
    if (block.type !== 'tool_use') return [];
    return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
  });
  const { input_tokens, output_tokens } = usage;
  return {
    content: blocks,
    usage: { input_tokens, output_tokens, cost_micro_usd: costOf(model, input_tokens, output_tokens) },
  };
}

function toFault(error: unknown, apiKey: string): ProviderFault {
  const words = (text: string) => `Claude: ${text.replaceAll(apiKey, '…').slice(0, MAX_WORDS)}`;
  if (error instanceof APIError && typeof error.status === 'number') {
    const kind = LATER.has(error.status) || error.status >= 500 ? 'unavailable' : 'refused';
    const retryAfterMs = readRetryAfter(error.headers);
    return new ProviderFault(words(`${error.status} ${error.apiMessage ?? ''}`.trim()), {
      kind,
      mayBePaid: false,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    });
  }
  // Nobody listened there, so nothing was sent; a time-out or a break in the middle may have been paid.
  const refused = causeCode(error) === 'ECONNREFUSED' || causeCode(error) === 'ENOTFOUND';
  const mayBePaid = !(error instanceof APIConnectionError && !(error instanceof APIConnectionTimeoutError) && refused);
  return new ProviderFault(words(error instanceof Error ? error.message : String(error)), {
    kind: 'unavailable',
    mayBePaid,
  });
}

function causeCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as NodeJS.ErrnoException;
  return code ?? (cause === undefined ? undefined : causeCode(cause));
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
