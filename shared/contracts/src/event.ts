import type Joi from 'joi';
import type { Topic } from './topics.ts';

/** CloudEvents 1.0 in structured JSON mode, with our extensions (https://github.com/cloudevents/spec). */
export type CloudEvent<Data = unknown> = {
  specversion: '1.0';
  /** UUIDv7; the inbox's idempotency key. */
  id: string;
  /** The service that published it. */
  source: string;
  type: string;
  /** The task id (of identity.events the user's or project's), which is also the partition key. */
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  dataschema: string;
  data: Data;
  /** W3C trace context. */
  traceparent?: string;
  /** Gap-free number of the task's timeline (task.events only). */
  seq?: number;
  /** Gap-free number of a publisher's events of one key: consumers apply last + 1 and hold later ones. */
  runseq?: number;
  /** The user the subject belongs to. */
  ownerid?: string;
};

export type EventDefinition<Data> = {
  type: string;
  topic: Topic;
  doc: string;
  schema: Joi.ObjectSchema<Data>;
  sample: Data;
};

/**
 * Declares an event. The sample is checked against the schema at once, so an event that nobody could send cannot be
 * declared; docs and contract tests use the same sample.
 * @throws when the sample does not fit the schema
 */
export function defineEvent<Data>(definition: EventDefinition<Data>): EventDefinition<Data> {
  const { error } = definition.schema.validate(definition.sample, { convert: false });
  if (error) throw new Error(`The sample of ${definition.type} does not fit its schema: ${error.message}`);
  return definition;
}
