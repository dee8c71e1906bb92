// An answer in the words of the Anthropic Messages API, whole or as a stream (https://docs.anthropic.com/en/api/messages).
import type { ScriptAnswer } from './script.ts';

export type MessageOptions = { id: string; model: string; inputTokens: number; answer: ScriptAnswer };

type ContentBlock = { type: 'text'; text: string } | { type: 'tool_use'; id: string; name: string; input: unknown };

/** About four bytes a token, as English text has. */
export const countTokens = (bytes: number) => Math.ceil(bytes / 4);

/** The answer as one JSON object. */
export function toMessage({ id, model, inputTokens, answer }: MessageOptions) {
  const content = toBlocks(id, answer);
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content,
    stop_reason: answer.toolUses?.length ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: countTokens(Buffer.byteLength(JSON.stringify(content))) },
  };
}

/** The same answer as server-sent events, in the order in which the real API sends them. */
export function toEvents(options: MessageOptions): string[] {
  const message = toMessage(options);
  const events: { type: string; [field: string]: unknown }[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } },
    },
  ];
  for (const [index, block] of message.content.entries()) {
    const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
    events.push({ type: 'content_block_start', index, content_block: empty });
    for (const delta of toDeltas(block)) events.push({ type: 'content_block_delta', index, delta });
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

function toBlocks(id: string, { text, toolUses = [] }: ScriptAnswer): ContentBlock[] {
  const uses = toolUses.map(({ name, input }, index) => ({
    type: 'tool_use' as const,
    id: `toolu_${id}_${index + 1}`,
    name,
    input,
  }));
  return text === undefined ? uses : [{ type: 'text', text }, ...uses];
}

/** In two pieces, so that whoever reads them has to put them together. */
function toDeltas(block: ContentBlock) {
  const text = block.type === 'text' ? block.text : JSON.stringify(block.input);
  const half = Math.ceil(text.length / 2);
  return [text.slice(0, half), text.slice(half)]
    .filter((part) => part !== '')
    .map((part) =>
      block.type === 'text' ? { type: 'text_delta', text: part } : { type: 'input_json_delta', partial_json: part },
    );
}
