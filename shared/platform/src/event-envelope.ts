// Makes and reads the CloudEvents envelope.
import type { CloudEvent, EventDefinition } from '@builder-ai/contracts/event';
import Joi from 'joi';
import { newId } from './new-id.ts';
import { currentContext } from './request-context.ts';

export type EnvelopeFields = { key: string; id?: string; time?: string; seq?: number; ownerId?: string };

/** The type of an event that was given up before it was published: it has its number, and nobody does anything with it. */
export const DISCARDED = 'event.discarded';

/**
 * Wraps data as a CloudEvent.
 * @throws Error when the data does not fit the event's schema: a fault of the publisher, found before it is stored
 */
export function toEnvelope<Data>(
  source: string,
  definition: EventDefinition<Data>,
  data: Data,
  fields: EnvelopeFields,
): CloudEvent<Data> {
  const { error } = definition.schema.validate(data, { convert: false });
  if (error) throw new Error(`${definition.type} does not fit its schema: ${error.message}`);
  const { traceparent } = currentContext();
  return {
    specversion: '1.0',
    id: fields.id ?? newId(),
    source,
    type: definition.type,
    subject: fields.key,
    time: fields.time ?? new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:builder-ai:event:${definition.topic}:${definition.type}:1`,
    ...(traceparent && { traceparent }),
    ...(fields.seq !== undefined && { seq: fields.seq }),
    ...(fields.ownerId && { ownerid: fields.ownerId }),
    data,
  };
}

const envelopeSchema = Joi.object<CloudEvent>({
  specversion: Joi.string().valid('1.0').required(),
  id: Joi.string()
    .max(100)
    .pattern(/^\P{Cc}+$/u, 'text without control characters')
    .required(),
  source: Joi.string().required(),
  type: Joi.string().required(),
  subject: Joi.string().required(),
  time: Joi.string().isoDate().required(),
  datacontenttype: Joi.string().valid('application/json'),
  dataschema: Joi.string(),
  traceparent: Joi.string(),
  seq: Joi.number().integer().min(1),
  runseq: Joi.number().integer().min(1),
  ownerid: Joi.string(),
  data: Joi.object().required(),
}).unknown();

/**
 * Reads a CloudEvent from JSON text; unknown extensions are kept (tolerant reader).
 * @throws Error that says what is wrong with the message
 */
export function parseEnvelope(text: string): CloudEvent<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('The message is not JSON');
  }
  const { error } = envelopeSchema.validate(value, { convert: false });
  if (error) throw new Error(`The message is not a CloudEvent: ${error.message}`);
  return value as CloudEvent<Record<string, unknown>>;
}
