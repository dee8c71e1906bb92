// The AsyncAPI 3 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0) of the bus and of the socket.
import { readFileSync } from 'node:fs';
import type { EventDefinition } from '@builder-ai/contracts/event';
import { eventCatalog } from '@builder-ai/contracts/event-catalog';
import { socketMessages } from '@builder-ai/contracts/shapes/socket-messages';
import { consumersOf, publishers, STREAM_TOPIC, TOPICS, type Topic } from '@builder-ai/contracts/topics';
import { type JsonSchema, toJsonSchema } from '../json-schema.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

const SOCKET = 'socket';

/** `task.events` as a name in the document. */
const toName = (dotted: string) => dotted.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());

const eventsOf = (topic: Topic) =>
  (eventCatalog as readonly EventDefinition<unknown>[]).filter((event) => event.topic === topic);

export function asyncApi() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Builder AI',
      version,
      description:
        'Events between the services (CloudEvents 1.0, JSON) and messages of the socket that clients watch tasks by (socket.io at path /ws).',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(TOPICS.map((topic) => [toName(topic), toChannel(topic)])),
      [SOCKET]: socketChannel(),
    },
    operations: { ...Object.fromEntries(TOPICS.flatMap(toOperations)), ...socketOperations() },
  };
}

function toChannel(topic: Topic): JsonSchema {
  const kept = topic === STREAM_TOPIC ? 'Broadcast, and kept by nobody.' : 'In order for each task.';
  return {
    address: topic,
    description: `Published by ${publishers[topic]}. ${kept}`,
    messages: Object.fromEntries(eventsOf(topic).map((event) => [toName(event.type), toMessage(event)])),
  };
}

function toMessage({ type, doc, schema, sample }: EventDefinition<unknown>): JsonSchema {
  return {
    name: type,
    title: type,
    summary: doc,
    payload: {
      type: 'object',
      properties: {
        specversion: { const: '1.0' },
        id: { type: 'string', format: 'uuid', description: 'The consumers’ idempotency key.' },
        source: { type: 'string' },
        type: { const: type },
        subject: { type: 'string', description: 'The task’s id, which is the partition key.' },
        time: { type: 'string', format: 'date-time' },
        datacontenttype: { const: 'application/json' },
        dataschema: { type: 'string' },
        traceparent: { type: 'string', description: 'W3C trace context.' },
        seq: { type: 'integer', description: 'The number on the task’s timeline (task.events).' },
        runseq: { type: 'integer', description: 'Gap-free for each publisher and task.' },
        ownerid: { type: 'string', description: 'The project that the task belongs to.' },
        data: toJsonSchema(schema, { tolerant: true }),
      },
      required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'],
    },
    examples: [{ name: 'sample', payload: toSample(type, sample) }],
  };
}

const toSample = (type: string, data: unknown) => ({
  specversion: '1.0',
  id: '0198f0c2-7a10-7000-8000-000000000020',
  source: 'task-service',
  type,
  subject: '0198f0c2-7a10-7000-8000-000000000001',
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  data,
});

function toOperations(topic: Topic): [string, JsonSchema][] {
  const channel = { $ref: `#/channels/${toName(topic)}` };
  const sends = { action: 'send', channel, summary: `${publishers[topic]} publishes to ${topic}.` };
  const readers = topic === STREAM_TOPIC ? ['notification-service'] : consumersOf(topic);
  return [
    [`${toName(topic)}From${toClass(publishers[topic])}`, sends],
    ...readers.map((name): [string, JsonSchema] => [
      `${toName(topic)}To${toClass(name)}`,
      { action: 'receive', channel, summary: `${name} reads ${topic}.` },
    ]),
  ];
}

const toClass = (service: string) => service.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

function socketChannel(): JsonSchema {
  const messages = socketMessages.map(({ event, doc, shape }) => [
    event,
    {
      name: event,
      title: event,
      summary: doc,
      payload: toJsonSchema(shape.schema, { tolerant: true }),
      examples: [{ name: 'sample', payload: shape.sample }],
    },
  ]);
  return {
    address: '/ws',
    description:
      'socket.io, signed in as for the API. A message is an event of that name with the payload as its arguments.',
    messages: Object.fromEntries(messages),
  };
}

function socketOperations(): JsonSchema {
  const of = (from: 'client' | 'server') =>
    socketMessages
      .filter((message) => message.from === from)
      .map(({ event }) => ({ $ref: `#/channels/${SOCKET}/messages/${event}` }));
  const channel = { $ref: `#/channels/${SOCKET}` };
  return {
    socketFromClients: { action: 'receive', channel, summary: 'What clients ask.', messages: of('client') },
    socketToClients: { action: 'send', channel, summary: 'What clients are told.', messages: of('server') },
  };
}
