// Any server that speaks OpenAI's Chat Completions: Ollama, llama.cpp, vLLM and others, by their address.
import OpenAI, { APIConnectionError, APIConnectionTimeoutError } from 'openai';
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { timedOut, toApiFault } from './api-fault.ts';
import type { AnswerBlock, Model, ModelMessage, ModelRequest } from './model.ts';
import type { Price } from './price-list.ts';
import { costOf, worstCostOf } from './prices.ts';
import { ProviderFault } from './provider-fault.ts';
import { readArguments, writeArguments } from './tool-arguments.ts';

export type ChatModelOptions = {
  /** Who says it, wherever it shows. */
  agent: string;
  /** Up to and including `/v1`. */
  baseUrl: string;
  model: string;
  apiKey?: string;
  timeoutMs?: number;
  /** 'free': a server of one's own, whose answers cost nothing. */
  prices?: readonly Price[] | 'free';
};

const TIMEOUT_MS = 10 * 60_000;
const OVERHEAD_TOKENS = 1_000;
/** For servers that do not say how much they read and wrote: as English text has it. */
const BYTES_PER_TOKEN = 4;

export function newChatModel(options: ChatModelOptions): Model {
  const { agent, baseUrl, model, apiKey = '', timeoutMs = TIMEOUT_MS, prices } = options;
  const list = prices === 'free' ? undefined : prices;
  const client = new OpenAI({
    // The SDK insists on one.
    apiKey: apiKey || 'none',
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
  return {
    agent,
    name: model,
    reserve(request) {
      if (prices === 'free') return 0;
      const bytes = Buffer.byteLength(JSON.stringify(toBody(model, request)));
      return worstCostOf(model, bytes + OVERHEAD_TOKENS, request.maxOutputTokens, list);
    },
    async answer(request) {
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([request.signal, limit]);
      try {
        const body = toBody(model, request);
        const read = await readStream(await client.chat.completions.create(body, { signal }), request, agent);
        const { input, output } = read.tokens ?? estimate(body, read);
        const cost_micro_usd = prices === 'free' ? 0 : costOf(model, { input, output }, list);
        return { content: toBlocks(read), usage: { input_tokens: input, output_tokens: output, cost_micro_usd } };
      } catch (error) {
        request.signal.throwIfAborted();
        if (limit.aborted) throw timedOut(agent, timeoutMs);
        if (error instanceof ProviderFault) throw error;
        throw toApiFault(error, {
          vendor: agent,
          apiKey,
          isConnectionError: (each) => each instanceof APIConnectionError,
          isTimeout: (each) => each instanceof APIConnectionTimeoutError,
        });
      }
    },
  };
}

type Call = { id: string; name: string; arguments: string };
type Read = {
  text: string;
  refusal: string;
  calls: Call[];
  reason: string;
  tokens?: { input: number; output: number };
};

/** @throws ProviderFault when the stream ends without saying why */
async function readStream(
  chunks: AsyncIterable<ChatCompletionChunk>,
  { onText }: ModelRequest,
  vendor: string,
): Promise<Read> {
  const read: Read = { text: '', refusal: '', calls: [], reason: '' };
  for await (const { choices, usage } of chunks) {
    if (usage) read.tokens = { input: usage.prompt_tokens, output: usage.completion_tokens };
    const [choice] = choices;
    if (!choice) continue;
    const { content, refusal, tool_calls = [] } = choice.delta;
    if (content) {
      read.text += content;
      onText?.(content);
    }
    if (refusal) read.refusal += refusal;
    for (const part of tool_calls) {
      const call = read.calls[part.index] ?? { id: '', name: '', arguments: '' };
      read.calls[part.index] = call;
      call.id ||= part.id ?? '';
      call.name ||= part.function?.name ?? '';
      call.arguments += part.function?.arguments ?? '';
    }
    if (choice.finish_reason) read.reason = choice.finish_reason;
  }
  if (read.reason === '')
    throw new ProviderFault(`${vendor}: the answer ended in the middle.`, { kind: 'unavailable', mayBePaid: true });
  return read;
}

function toBlocks({ text, refusal, calls, reason }: Read): AnswerBlock[] {
  // A call that the end of the answer cut off is none.
  const whole = reason === 'length' ? calls.slice(0, -1) : calls;
  const remark =
    reason === 'length' && whole.length === 0 ? 'The answer became too long and was cut off.' : refusal || undefined;
  return [
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...whole.map(({ id, name, arguments: input }, index) => ({
      type: 'tool_use' as const,
      // Some small servers name no call.
      id: id || `call-${index + 1}`,
      name,
      input: readArguments(input),
    })),
    ...(remark === undefined ? [] : [{ type: 'text' as const, text: remark }]),
  ];
}

function estimate(body: object, { text, calls }: Read): { input: number; output: number } {
  const tokens = (value: unknown) => Math.ceil(Buffer.byteLength(JSON.stringify(value)) / BYTES_PER_TOKEN);
  return { input: tokens(body), output: tokens([text, calls]) };
}

function toBody(model: string, request: ModelRequest): ChatCompletionCreateParamsStreaming {
  const { system, messages, tools, maxOutputTokens } = request;
  return {
    model,
    messages: [{ role: 'system', content: system }, ...messages.flatMap(toMessages)],
    // The name that every one of these servers knows.
    max_tokens: maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, input_schema: parameters }) => ({
        type: 'function' as const,
        function: { name, description, parameters },
      })),
    }),
  };
}

function toMessages({ role, content }: ModelMessage): ChatCompletionMessageParam[] {
  const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
  if (role === 'user') {
    const results = content.flatMap((block): ChatCompletionMessageParam[] =>
      block.type === 'tool_result'
        ? [
            {
              role: 'tool',
              tool_call_id: block.tool_use_id,
              content: block.is_error ? `Error: ${block.content}` : block.content,
            },
          ]
        : [],
    );
    return text === '' ? results : [...results, { role, content: text }];
  }
  const calls = content.flatMap((block) =>
    block.type === 'tool_use'
      ? [
          {
            id: block.id,
            type: 'function' as const,
            function: { name: block.name, arguments: writeArguments(block.input) },
          },
        ]
      : [],
  );
  return [{ role, content: text, ...(calls.length > 0 && { tool_calls: calls }) }];
}
