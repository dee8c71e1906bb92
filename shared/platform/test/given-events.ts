// Events made for the tests, of two topics, and what they look like as messages.
import { defineEvent, type EventDefinition } from '@builder-ai/contracts/event';
import Joi from 'joi';
import type { BusMessage } from '../src/bus/bus.ts';
import { toEnvelope } from '../src/event-envelope.ts';

export type Counted = { n: number; text?: string };

function counted(topic: EventDefinition<Counted>['topic'], type: string): EventDefinition<Counted> {
  return defineEvent<Counted>({
    type,
    topic,
    doc: 'For tests.',
    schema: Joi.object<Counted>({ n: Joi.number().integer().min(0).required(), text: Joi.string() }).unknown(),
    sample: { n: 1 },
  });
}

export const noted = counted('agent.events', 'thing.noted');
/** On the same topic; nobody is made to listen for it unless a test does. */
export const ignored = counted('agent.events', 'thing.ignored');
export const commanded = counted('task.commands', 'thing.commanded');

/** The message that an outbox relay would publish. */
export function toMessage(
  key: string,
  no: number | undefined,
  data: Counted,
  event: EventDefinition<Counted> = noted,
): BusMessage {
  const envelope = { ...toEnvelope('agent-service', event, data, { key }), ...(no !== undefined && { runseq: no }) };
  return { topic: event.topic, key, value: JSON.stringify(envelope) };
}

/** What a relay would publish of one key, each with its number as its data. */
export const numbered = (key: string, ...numbers: number[]) => numbers.map((n) => toMessage(key, n, { n }));
