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

const PLAIN_ID = /^[\dA-Za-z-]{1,100}$/;
const PLAIN_TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isTextOrAbsent = (value: unknown) => value === undefined || isText(value);
const isNumberOrAbsent = (value: unknown) =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) > 0);

/**
 * Nearly every envelope is let through by this. Each event is read at least twice on its way to whoever watches, and with joi,
 * which has the words for all others, that takes ten times as long.
 */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { specversion, id, source, type, subject, time, datacontenttype, data } = value as Partial<CloudEvent>;
  const { dataschema, traceparent, ownerid, seq, runseq } = value as Partial<CloudEvent>;
  return (
    specversion === '1.0' &&
    typeof id === 'string' &&
    PLAIN_ID.test(id) &&
    [source, type, subject].every(isText) &&
    typeof time === 'string' &&
    PLAIN_TIME.test(time) &&
    (datacontenttype === undefined || datacontenttype === 'application/json') &&
    [dataschema, traceparent, ownerid].every(isTextOrAbsent) &&
    [seq, runseq].every(isNumberOrAbsent) &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data)
  );
}

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
  const { error } = isPlain(value) ? {} : envelopeSchema.validate(value, { convert: false });
  if (error) throw new Error(`The message is not a CloudEvent: ${error.message}`);
  return value as CloudEvent<Record<string, unknown>>;
}
