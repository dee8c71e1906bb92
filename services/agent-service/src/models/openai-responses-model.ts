// ChatGPT, through OpenAI's own SDK and its Responses API. Nothing is stored there: thoughts come back encrypted and are
// sent along again. Each request is one attempt: retries are the run's.
import OpenAI, { APIConnectionError, APIConnectionTimeoutError } from 'openai';
import type {
  FunctionTool,
  Response,
  ResponseCreateParamsStreaming,
  ResponseInputItem,
  ResponseOutputItem,
} from 'openai/resources/responses/responses';
import { timedOut, toApiFault } from './api-fault.ts';
import type { AnswerBlock, Model, ModelAnswer, ModelMessage, ModelRequest } from './model.ts';
import type { Price } from './price-list.ts';
import { costOf, worstCostOf } from './prices.ts';
import { ProviderFault } from './provider-fault.ts';
import { readArguments, writeArguments } from './tool-arguments.ts';

export type OpenAiModelOptions = {
  apiKey: string;
  baseUrl?: string;
  model: string;
  timeoutMs?: number;
  prices?: readonly Price[];
};

const TIMEOUT_MS = 10 * 60_000;
/** What the API adds to a request. */
const OVERHEAD_TOKENS = 1_000;
const VENDOR = 'ChatGPT';

export function newOpenAiModel(options: OpenAiModelOptions): Model {
  const { apiKey, baseUrl, model, timeoutMs = TIMEOUT_MS, prices } = options;
  const client = new OpenAI({
    apiKey,
    // The SDK would take these from the environment.
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
  return {
    agent: 'chatgpt',
    name: model,
    reserve(request) {
      // No token is shorter than a byte.
      const bytes = Buffer.byteLength(JSON.stringify(toBody(model, request)));
      return worstCostOf(model, bytes + OVERHEAD_TOKENS, request.maxOutputTokens, prices);
    },
    async answer(request) {
      const limit = AbortSignal.timeout(timeoutMs);
      const signal = AbortSignal.any([request.signal, limit]);
      try {
        const stream = await client.responses.create(toBody(model, request), { signal });
        return toAnswer(model, await readStream(stream, request), prices);
      } catch (error) {
        request.signal.throwIfAborted();
        if (limit.aborted) throw timedOut(VENDOR, timeoutMs);
        if (error instanceof ProviderFault) throw error;
        throw toApiFault(error, {
          vendor: VENDOR,
          apiKey,
          isConnectionError: (each) => each instanceof APIConnectionError,
          isTimeout: (each) => each instanceof APIConnectionTimeoutError,
        });
      }
    },
  };
}

type Events = AsyncIterable<OpenAI.Responses.ResponseStreamEvent>;

/** @throws ProviderFault when the stream ends without the whole answer, or with a fault */
async function readStream(events: Events, { onText }: ModelRequest): Promise<Response> {
  for await (const event of events) {
    if (event.type === 'response.output_text.delta') onText?.(event.delta);
    if (event.type === 'response.completed' || event.type === 'response.incomplete') return event.response;
    if (event.type === 'response.failed')
      throw toStreamFault(event.response.error?.message, event.response.error?.code);
    if (event.type === 'error') throw toStreamFault(event.message, event.code);
  }
  throw toStreamFault('the answer ended in the middle.');
}

function toStreamFault(message = 'the answer failed.', code?: string | null): ProviderFault {
  const refused = code === 'invalid_prompt' || code === 'context_length_exceeded';
  return new ProviderFault(`${VENDOR}: ${message}`, { kind: refused ? 'refused' : 'unavailable', mayBePaid: true });
}

function toBody(model: string, request: ModelRequest): ResponseCreateParamsStreaming {
  const { system, messages, tools, maxOutputTokens } = request;
  return {
    model,
    instructions: system,
    input: messages.flatMap(toItems),
    max_output_tokens: maxOutputTokens,
    store: false,
    stream: true,
    include: ['reasoning.encrypted_content'],
    ...(tools.length > 0 && {
      tools: tools.map(
        ({ name, description, input_schema }): FunctionTool => ({
          type: 'function',
          name,
          description,
          parameters: input_schema,
          strict: false,
        }),
      ),
    }),
  };
}

function toItems({ role, content }: ModelMessage): ResponseInputItem[] {
  return content.flatMap((block): ResponseInputItem[] => {
    switch (block.type) {
      case 'text':
        return [{ role, content: block.text }];
      case 'tool_use':
        return [{ type: 'function_call', call_id: block.id, name: block.name, arguments: writeArguments(block.input) }];
      case 'tool_result': {
        const output = block.is_error ? `Error: ${block.content}` : block.content;
        return [{ type: 'function_call_output', call_id: block.tool_use_id, output }];
      }
      case 'opaque':
        return block.vendor === 'openai' ? [block.block as ResponseInputItem] : [];
      default:
        // Thoughts of another vendor, in a ledger of the first version.
        return [];
    }
  });
}

function toAnswer(model: string, response: Response, prices: readonly Price[] | undefined): ModelAnswer {
  const { output, usage, status } = response;
  const isCutOff = status === 'incomplete';
  const whole = isCutOff && output.at(-1)?.type === 'function_call' ? output.slice(0, -1) : output;
  const blocks = whole.flatMap(toBlocks);
  const goesOn = blocks.some(({ type }) => type === 'tool_use');
  const remark: AnswerBlock[] =
    isCutOff && !goesOn ? [{ type: 'text', text: 'The answer became too long and was cut off.' }] : [];
  const cacheRead = usage?.input_tokens_details?.cached_tokens ?? 0;
  const cacheWrite = usage?.input_tokens_details?.cache_write_tokens ?? 0;
  const [allInput, outputTokens] = [usage?.input_tokens ?? 0, usage?.output_tokens ?? 0];
  const input = allInput - cacheRead - cacheWrite;
  return {
    content: [...blocks, ...remark],
    usage: {
      input_tokens: allInput,
      output_tokens: outputTokens,
      cost_micro_usd: costOf(model, { input, output: outputTokens, cacheRead, cacheWrite }, prices),
    },
  };
}

function toBlocks(item: ResponseOutputItem): AnswerBlock[] {
  switch (item.type) {
    case 'message':
      return item.content.map((part) => ({
        type: 'text',
        text: part.type === 'output_text' ? part.text : `ChatGPT refused to answer this. ${part.refusal}`,
      }));
    case 'function_call':
      return [{ type: 'tool_use', id: item.call_id, name: item.name, input: readArguments(item.arguments) }];
    case 'reasoning':
      return [{ type: 'opaque', vendor: 'openai', block: item }];
    default:
      return [];
  }
}
