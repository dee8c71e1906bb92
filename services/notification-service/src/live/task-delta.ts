// What is broadcast on agent.stream, as the sockets are told of it.
import { commandOutput } from '@builder-ai/contracts/events/command-output';
import { messageDelta } from '@builder-ai/contracts/events/message-delta';
import type { TaskDelta } from '@builder-ai/contracts/task';
import { parseEnvelope } from '@builder-ai/platform/event-envelope';

const KINDS = [messageDelta, commandOutput];

/**
 * @returns undefined for a kind that this version does not know
 * @throws Error when the message is not what was agreed
 */
export function toTaskDelta(message: string): TaskDelta | undefined {
  const { type, subject, data } = parseEnvelope(message);
  const definition = KINDS.find((each) => each.type === type);
  if (!definition) return undefined;
  const { error } = definition.schema.validate(data, { convert: false });
  if (error) throw new Error(`${type} does not fit its schema: ${error.message}`);
  return { task_id: subject, event_type: type.replaceAll('.', '_'), data } as TaskDelta;
}
