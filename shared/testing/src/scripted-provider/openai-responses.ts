// An answer in the words of OpenAI's Responses API (https://developers.openai.com/api/reference/resources/responses).
import { countTokens, halves } from './anthropic-messages.ts';
import { toOpenAiError } from './openai-error.ts';
import type { AnswerOptions, Protocol } from './protocol.ts';
import type { Block, RequestBody } from './script.ts';

type Item = { type: string; id: string; [field: string]: unknown };

function toItems({ id, answer }: AnswerOptions): Item[] {
  const { thinking, text, toolUses = [], stopReason } = answer;
  const content =
    stopReason === 'refusal'
      ? [{ type: 'refusal', refusal: text ?? 'No.' }]
      : [{ type: 'output_text', text: text ?? '', annotations: [] }];
  const status = stopReason === 'max_tokens' ? 'incomplete' : 'completed';
  return [
    ...(thinking === undefined
      ? []
      : [{ type: 'reasoning', id: `rs_${id}`, summary: [], encrypted_content: `sealed-${thinking}` }]),
    ...(text === undefined && stopReason !== 'refusal'
      ? []
      : [{ type: 'message', id: `msg_${id}`, role: 'assistant', status, content }]),
    ...toolUses.map(({ name, input, rawArguments }, index) => ({
      type: 'function_call',
      id: `fc_${id}_${index + 1}`,
      call_id: `call_${id}_${index + 1}`,
      name,
      arguments: rawArguments ?? JSON.stringify(input),
      status,
    })),
  ];
}

function toResponse(options: AnswerOptions, output = toItems(options)) {
  const { id, model, inputTokens, answer } = options;
  const output_tokens = countTokens(Buffer.byteLength(JSON.stringify(toItems(options))));
  const isCutOff = answer.stopReason === 'max_tokens';
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 1_790_000_000,
    status: isCutOff ? 'incomplete' : 'completed',
    error: null,
    incomplete_details: isCutOff ? { reason: 'max_output_tokens' } : null,
    model,
    output,
    parallel_tool_calls: true,
    usage: {
      input_tokens: inputTokens,
      input_tokens_details: { cached_tokens: answer.cachedTokens ?? 0, cache_write_tokens: 0 },
      output_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: inputTokens + output_tokens,
    },
  };
}

function toEvents(options: AnswerOptions): string[] {
  const started = { ...toResponse(options, []), status: 'in_progress', usage: null };
  const events: { type: string; [field: string]: unknown }[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
  ];
  for (const [output_index, item] of toItems(options).entries()) {
    events.push({ type: 'response.output_item.added', output_index, item: { ...item, ...EMPTY[item.type] } });
    events.push(...toDeltas(item, output_index));
    events.push({ type: 'response.output_item.done', output_index, item });
  }
  const response = toResponse(options);
  events.push({ type: `response.${response.status}`, response });
  return events.map(
    (event, sequence_number) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number })}\n\n`,
  );
}

const EMPTY: Record<string, object> = {
  message: { content: [], status: 'in_progress' },
  function_call: { arguments: '', status: 'in_progress' },
};

/** In two pieces, so that whoever reads them has to put them together. */
function toDeltas(item: Item, output_index: number) {
  const at = { item_id: item.id, output_index };
  if (item.type === 'function_call') {
    const text = item.arguments as string;
    return [
      ...halves(text).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
      { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: text },
    ];
  }
  const [part] = (item.content ?? []) as { type: string; text?: string }[];
  if (part?.type !== 'output_text') return [];
  const place = { ...at, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...halves(part.text ?? '').map((delta) => ({
      type: 'response.output_text.delta',
      ...place,
      delta,
      logprobs: [],
    })),
    { type: 'response.output_text.done', ...place, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...place, part },
  ];
}

function read(body: Record<string, unknown>): RequestBody {
  const { model, stream, instructions, input, tools } = body as {
    model?: string;
    stream?: boolean;
    instructions?: string;
    input?: { type?: string; role?: string; content?: unknown }[];
    tools?: { name: string }[];
  };
  return {
    model,
    stream,
    ...(instructions !== undefined && { system: instructions }),
    messages: (input ?? []).map(({ role, ...item }) => ({ role: role ?? 'user', content: toBlocks(item) })),
    tools,
  } as RequestBody;
}

function toBlocks({ type, content, ...rest }: { type?: string; content?: unknown }): Block[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (type === 'function_call_output') return [{ ...rest, type: 'tool_result' }];
  return [{ ...rest, type: type === 'function_call' ? 'tool_use' : (type ?? 'unknown') }];
}

export const openaiResponses: Protocol = {
  path: '/v1/responses',
  read,
  events: toEvents,
  whole: toResponse,
  error: toOpenAiError,
};
