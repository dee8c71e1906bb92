// An answer in the words of the Anthropic Messages API, whole or as a stream (https://docs.anthropic.com/en/api/messages).
import type { AnswerOptions, Protocol } from './protocol.ts';
import type { RequestBody, ScriptAnswer } from './script.ts';

type ContentBlock =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown };

/** About four bytes a token, as English text has. */
export const countTokens = (bytes: number) => Math.ceil(bytes / 4);

/** The answer as one JSON object. */
export function toMessage({ id, model, inputTokens, answer }: AnswerOptions) {
  const content = toBlocks(id, answer);
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: answer.stopReason ?? (answer.toolUses?.length ? 'tool_use' : 'end_turn'),
    stop_sequence: null,
    usage: {
      input_tokens: inputTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: countTokens(Buffer.byteLength(JSON.stringify(content))),
    },
  };
}

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

function toErrorBody(status: number, message: string) {
  const type = ERROR_TYPES[status] ?? 'api_error';
  return { type: 'error', error: { type, message } };
}

function toEvents(options: AnswerOptions): string[] {
  const message = toMessage(options);
  const events: { type: string; [field: string]: unknown }[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } },
    },
    { type: 'ping' },
  ];
  const raw = (options.answer.toolUses ?? []).map(({ rawArguments }) => rawArguments);
  for (const [index, block] of message.content.entries()) {
    events.push({ type: 'content_block_start', index, content_block: { ...block, ...EMPTY[block.type] } });
    const text = block.type === 'tool_use' ? raw.shift() : undefined;
    for (const delta of toDeltas(block, text)) events.push({ type: 'content_block_delta', index, delta });
    events.push({ type: 'content_block_stop', index });
  }
  events.push(
    {
      type: 'message_delta',
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: message.usage.output_tokens },
    },
    { type: 'message_stop' },
  );
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

const EMPTY = { thinking: { thinking: '', signature: '' }, text: { text: '' }, tool_use: { input: {} } };

function toBlocks(id: string, { thinking, text, toolUses = [] }: ScriptAnswer): ContentBlock[] {
  return [
    ...(thinking === undefined ? [] : [{ type: 'thinking' as const, thinking, signature: `signed-${id}` }]),
    ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
    ...toolUses.map(({ name, input }, index) => ({
      type: 'tool_use' as const,
      id: `toolu_${id}_${index + 1}`,
      name,
      input,
    })),
  ];
}

/** In two pieces, so that whoever reads them has to put them together. */
function toDeltas(block: ContentBlock, rawArguments?: string) {
  switch (block.type) {
    case 'thinking':
      return [
        ...halves(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'text':
      return halves(block.text).map((text) => ({ type: 'text_delta', text }));
    case 'tool_use':
      return halves(rawArguments ?? JSON.stringify(block.input)).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
  }
}

export function halves(text: string): string[] {
  const middle = Math.ceil(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)].filter((part) => part !== '');
}

export const anthropicMessages: Protocol = {
  path: '/v1/messages',
  header: 'anthropic-version',
  read: (body) => body as RequestBody,
  events: toEvents,
  whole: toMessage,
  error: toErrorBody,
};
