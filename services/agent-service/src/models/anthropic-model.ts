// Claude, through Anthropic's own SDK. Each request is one attempt: retries are the run's, each with its own ledger row.
import Anthropic, { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import type { Model, ModelAnswer, ModelMessage, ModelRequest } from './model.ts';
import { costOf, worstCostOf } from './prices.ts';
import { ProviderFault } from './provider-fault.ts';

export type AnthropicModelOptions = { apiKey: string; baseUrl?: string; model: string; timeoutMs?: number };

const TIMEOUT_MS = 10 * 60_000;
/** What the API adds to a request: its own instructions for tools, and the like. */
const OVERHEAD_TOKENS = 1_000;
const MAX_WORDS = 500;
const LATER = new Set([408, 409, 429]);

export function newAnthropicModel(options: AnthropicModelOptions): Model {
  const { apiKey, baseUrl, model, timeoutMs = TIMEOUT_MS } = options;
  const client = new Anthropic({
    apiKey,
    // The SDK would take these from the environment.
    authToken: null,
    webhookKey: null,
    baseURL: baseUrl ?? 'https://api.anthropic.com',
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
  return {
    agent: 'claude',
    name: model,
    reserve(request) {
      // No token is shorter than a byte.
      const bytes = Buffer.byteLength(JSON.stringify(toBody(model, request)));
      return worstCostOf(model, bytes + OVERHEAD_TOKENS, request.maxOutputTokens);
    },
    async answer(request) {
      // The SDK's own limit ends where the answer begins.
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([request.signal, limit]);
      try {
        const stream = client.messages.stream(toBody(model, request), { signal });
        return toAnswer(model, await stream.finalMessage());
      } catch (error) {
        request.signal.throwIfAborted();
        if (limit.aborted) throw timedOut(timeoutMs);
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

function toAnswer(model: string, { content, usage, stop_reason }: Anthropic.Message): ModelAnswer {
  const { input_tokens: input, output_tokens: output } = usage;
  const cacheWrite = usage.cache_creation_input_tokens ?? 0;
  const cacheRead = usage.cache_read_input_tokens ?? 0;
  const blocks = toBlocks(content, stop_reason);
  const goesOn = blocks.some((block) => block.type === 'tool_use');
  return {
    content: goesOn ? blocks : [...blocks, ...toRemark(stop_reason)],
    usage: {
      input_tokens: input + cacheWrite + cacheRead,
      output_tokens: output,
      cost_micro_usd: costOf(model, { input, output, cacheWrite, cacheRead }),
    },
  };
}

/** A call that the end of the answer cut off is none: half of a file would be written. */
function toBlocks(content: Anthropic.ContentBlock[], reason: Anthropic.StopReason | null): ModelAnswer['content'] {
  const whole = isCutOff(reason) && content.at(-1)?.type === 'tool_use' ? content.slice(0, -1) : content;
  return whole.flatMap((block): ModelAnswer['content'] => {
    if (block.type === 'text') return [{ type: 'text', text: block.text }];
    if (block.type === 'tool_use') return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
    // The API wants its thoughts back as they are, with the results of the calls they led to. Nobody else reads them.
    const isThought = block.type === 'thinking' || block.type === 'redacted_thinking';
    return isThought ? [block as unknown as ModelAnswer['content'][number]] : [];
  });
}

/** Why there is no call to go on with, for whoever reads of the failed step. */
function toRemark(reason: Anthropic.StopReason | null): ModelAnswer['content'] {
  if (isCutOff(reason)) return [{ type: 'text', text: 'The answer became too long and was cut off.' }];
  return reason === 'refusal' ? [{ type: 'text', text: 'Claude refused to answer this.' }] : [];
}

function isCutOff(reason: Anthropic.StopReason | null): boolean {
  return reason === 'max_tokens' || reason === 'model_context_window_exceeded';
}

function timedOut(timeoutMs: number): ProviderFault {
  return new ProviderFault(`Claude: no whole answer within ${timeoutMs / 1000} s.`, {
    kind: 'unavailable',
    mayBePaid: true,
  });
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
