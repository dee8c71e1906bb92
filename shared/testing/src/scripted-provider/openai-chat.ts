// An answer in the words of OpenAI's Chat Completions, which many servers speak
// (https://developers.openai.com/api/reference/resources/chat).
import { countTokens, halves } from './anthropic-messages.ts';
import { toOpenAiError } from './openai-error.ts';
import type { AnswerOptions, Protocol } from './protocol.ts';
import type { Block, RequestBody } from './script.ts';

function toMessage({ id, answer }: AnswerOptions) {
  const { text, toolUses = [], stopReason } = answer;
  const refused = stopReason === 'refusal';
  return {
    role: 'assistant',
    content: refused ? null : (text ?? null),
    refusal: refused ? (text ?? 'No.') : null,
    ...(toolUses.length > 0 && {
      tool_calls: toolUses.map(({ name, input, rawArguments }, index) => ({
        id: `call_${id}_${index + 1}`,
        type: 'function',
        function: { name, arguments: rawArguments ?? JSON.stringify(input) },
      })),
    }),
  };
}

const head = ({ id, model }: AnswerOptions) => ({ id: `chatcmpl-${id}`, created: 1_790_000_000, model });

function toUsage(options: AnswerOptions) {
  const completion_tokens = countTokens(Buffer.byteLength(JSON.stringify(toMessage(options))));
  const prompt_tokens = options.inputTokens;
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function toReason({ answer: { stopReason, toolUses = [] } }: AnswerOptions): string {
  if (stopReason === 'max_tokens') return 'length';
  return toolUses.length > 0 ? 'tool_calls' : 'stop';
}

function toChunks(options: AnswerOptions): string[] {
  const { content, refusal, tool_calls = [] } = toMessage(options);
  const deltas: object[] = [
    { role: 'assistant', content: '' },
    ...halves(content ?? '').map((part) => ({ content: part })),
    ...halves(refusal ?? '').map((part) => ({ refusal: part })),
    ...tool_calls.flatMap(({ function: { name, arguments: text }, ...call }, index) => [
      { tool_calls: [{ index, ...call, function: { name, arguments: '' } }] },
      ...halves(text).map((part) => ({ tool_calls: [{ index, function: { arguments: part } }] })),
    ]),
  ];
  const chunk = (choices: object[], more: object = {}) => ({
    ...head(options),
    object: 'chat.completion.chunk',
    choices,
    ...more,
  });
  const chunks = [
    ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: toReason(options) }]),
    ...(options.answer.withoutUsage ? [] : [chunk([], { usage: toUsage(options) })]),
  ];
  return [...chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`), 'data: [DONE]\n\n'];
}

function read(body: Record<string, unknown>): RequestBody {
  const { messages = [], tools = [] } = body as {
    messages?: { role: string; content?: string | null; tool_calls?: object[] }[];
    tools?: { function: { name: string } }[];
  };
  return {
    ...body,
    messages: messages
      .filter(({ role }) => role !== 'system')
      .map(({ role, content, tool_calls = [], ...rest }) => {
        const text = content ?? '';
        const blocks: Block[] = role === 'tool' ? [{ ...rest, type: 'tool_result', text }] : [{ type: 'text', text }];
        return { role, content: [...blocks, ...tool_calls.map((call) => ({ ...call, type: 'tool_use' }))] };
      }),
    tools: tools.map(({ function: { name } }) => ({ name })),
  } as RequestBody;
}

export const openaiChat: Protocol = {
  path: '/v1/chat/completions',
  read,
  events: toChunks,
  whole: (options) => ({
    ...head(options),
    object: 'chat.completion',
    choices: [{ index: 0, message: toMessage(options), finish_reason: toReason(options) }],
    usage: toUsage(options),
  }),
  error: toOpenAiError,
};
