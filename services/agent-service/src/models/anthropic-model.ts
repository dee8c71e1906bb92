// Claude, through Anthropic's own SDK. Each request is one attempt: retries are the run's, each with its own ledger row.
import Anthropic, { APIConnectionError, APIConnectionTimeoutError } from '@anthropic-ai/sdk';
import { readMessage } from './anthropic-stream.ts';
import { timedOut, toApiFault } from './api-fault.ts';
import type { ContentBlock, Model, ModelAnswer, ModelMessage, ModelRequest, OpaqueBlock } from './model.ts';
import type { Price } from './price-list.ts';
import { costOf, worstCostOf } from './prices.ts';

export type AnthropicModelOptions = {
  apiKey: string;
  baseUrl?: string;
  model: string;
  timeoutMs?: number;
  prices?: readonly Price[];
};

const TIMEOUT_MS = 10 * 60_000;
/** What the API adds to a request: its own instructions for tools, and the like. */
const OVERHEAD_TOKENS = 1_000;

export function newAnthropicModel(options: AnthropicModelOptions): Model {
  const { apiKey, baseUrl, model, timeoutMs = TIMEOUT_MS, prices } = options;
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
      return worstCostOf(model, bytes + OVERHEAD_TOKENS, request.maxOutputTokens, prices);
    },
    async answer(request) {
      // The SDK's own limit ends where the answer begins.
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([request.signal, limit]);
      try {
        const stream = await client.messages.create({ ...toBody(model, request), stream: true }, { signal });
        return toAnswer(model, await readMessage(stream, request.onText), prices);
      } catch (error) {
        request.signal.throwIfAborted();
        if (limit.aborted) throw timedOut('Claude', timeoutMs);
        throw toApiFault(error, {
          vendor: 'Claude',
          apiKey,
          isConnectionError: (each) => each instanceof APIConnectionError,
          isTimeout: (each) => each instanceof APIConnectionTimeoutError,
        });
      }
    },
  };
}

/** What comes before its last message is the same in the step's next request: the provider keeps it at a lower price. */
const CACHED = { cache_control: { type: 'ephemeral' as const } };

function toBody(model: string, request: ModelRequest): Anthropic.MessageCreateParamsNonStreaming {
  const { system, messages, tools, maxOutputTokens } = request;
  return {
    model,
    system: [{ type: 'text', text: system, ...CACHED }],
    max_tokens: maxOutputTokens,
    messages: messages.map((message, index) => toMessage(message, index === messages.length - 1)),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input_schema }) => ({
        name,
        description,
        input_schema: input_schema as Anthropic.Tool.InputSchema,
      })),
    }),
  };
}

function toMessage({ role, content }: ModelMessage, isLast: boolean): Anthropic.MessageParam {
  const blocks = content.flatMap((block): Anthropic.ContentBlockParam[] => {
    // A ledger of the first version has thoughts as they came.
    if (block.type !== 'opaque') return [toBlock(block) as Anthropic.ContentBlockParam];
    return block.vendor === 'anthropic' ? [block.block as Anthropic.ContentBlockParam] : [];
  });
  const last = blocks.at(-1);
  if (!isLast || (last?.type !== 'text' && last?.type !== 'tool_result')) return { role, content: blocks };
  return { role, content: [...blocks.slice(0, -1), { ...last, ...CACHED }] };
}

/** Another vendor's model may have called with something that is no object. */
function toBlock(block: Exclude<ContentBlock, OpaqueBlock>): Exclude<ContentBlock, OpaqueBlock> {
  if (block.type !== 'tool_use' || (typeof block.input === 'object' && block.input !== null)) return block;
  return { ...block, input: { unreadable: block.input } };
}

function toAnswer(
  model: string,
  { content, usage, stop_reason }: Anthropic.Message,
  prices: readonly Price[] | undefined,
): ModelAnswer {
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
      cost_micro_usd: costOf(model, { input, output, cacheWrite, cacheRead }, prices),
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
    return isThought ? [{ type: 'opaque', vendor: 'anthropic', block }] : [];
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
