// Puts a streamed answer of the Messages API together. The SDK's own helper completes arguments that are no whole JSON, so that
// half of a file would be written, and fails where they are none: a model that gets them wrong would be asked, and paid, again.
import type Anthropic from '@anthropic-ai/sdk';
import { readArguments } from './tool-arguments.ts';

type Block = Anthropic.ContentBlock;

/**
 * @returns the message; arguments of tools that are no JSON are the text that came
 * @throws Error when the stream ends before the message does
 */
export async function readMessage(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  onText: (text: string) => void = () => {},
): Promise<Anthropic.Message> {
  let message: Anthropic.Message | undefined;
  const blocks: Block[] = [];
  const inputs = new Map<number, string>();
  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        message = event.message;
        break;
      case 'content_block_start':
        blocks[event.index] = { ...event.content_block };
        if (event.content_block.type === 'tool_use') inputs.set(event.index, '');
        break;
      case 'content_block_delta':
        if (event.delta.type === 'text_delta') onText(event.delta.text);
        if (event.delta.type === 'input_json_delta')
          inputs.set(event.index, (inputs.get(event.index) ?? '') + event.delta.partial_json);
        else add(blocks[event.index], event.delta);
        break;
      case 'message_delta':
        if (message) message = withEnd(message, event);
        break;
      case 'message_stop':
        if (message) return { ...message, content: blocks.map((block, index) => withInput(block, inputs.get(index))) };
        break;
    }
  }
  throw new Error('The answer ended in the middle.');
}

function add(block: Block | undefined, delta: Anthropic.RawContentBlockDelta): void {
  if (block?.type === 'text' && delta.type === 'text_delta') block.text += delta.text;
  if (block?.type !== 'thinking') return;
  if (delta.type === 'thinking_delta') block.thinking += delta.thinking;
  if (delta.type === 'signature_delta') block.signature = delta.signature;
}

/** Counts that come at the end are of the whole answer; those that do not come stay as they were at its beginning. */
function withEnd(message: Anthropic.Message, { delta, usage }: Anthropic.RawMessageDeltaEvent): Anthropic.Message {
  const told = Object.entries(usage).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...message,
    stop_reason: delta.stop_reason,
    usage: { ...message.usage, ...(Object.fromEntries(told) as Partial<Anthropic.Usage>) },
  };
}

function withInput(block: Block, text: string | undefined): Block {
  return block.type === 'tool_use' && text !== undefined ? { ...block, input: readArguments(text) } : block;
}
