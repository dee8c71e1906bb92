// The AsyncAPI document is valid by the specification's own schema, and has every event with an example that fits.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import schemas from '@asyncapi/specs';
import { eventCatalog } from '@builder-ai/contracts/event-catalog';
import { socketMessages } from '@builder-ai/contracts/shapes/socket-messages';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ROOT } from './source-files.ts';

type Message = { name: string; payload: object; examples: { payload: unknown }[] };

const withFormats = <A extends Ajv | Ajv2020>(ajv: A): A => (addFormats as unknown as (ajv: A) => A)(ajv);

const document = JSON.parse(readFileSync(join(ROOT, 'gateway/documents/asyncapi.json'), 'utf8'));
const channels = Object.values(
  document.channels as Record<string, { address: string; messages: Record<string, Message> }>,
);
const messages = channels.flatMap((channel) => Object.values(channel.messages));

const specification = withFormats(new Ajv({ strict: false })).compile(schemas.schemasWithoutId['3.0.0'] as object);

test('it is a valid AsyncAPI 3 document', () => {
  specification(document);
  expect(specification.errors).toBeNull();
});

test('a document that is not valid is told from one that is', () => {
  expect(specification({ ...document, operations: { send: { action: 'shout' } } })).toBe(false);
});

test('every event of the catalog is on its topic', () => {
  for (const { topic, type } of eventCatalog) {
    const channel = channels.find(({ address }) => address === topic);
    expect([topic, Object.values(channel?.messages ?? {}).map(({ name }) => name)]).toEqual([
      topic,
      expect.arrayContaining([type]),
    ]);
  }
});

test('the messages of the socket are those that the server listens for and the typed client knows', () => {
  const server = readFileSync(join(ROOT, 'services/notification-service/src/live/socket-questions.ts'), 'utf8');
  const client = readFileSync(join(ROOT, 'shared/client/src/live-connection.ts'), 'utf8');
  const namesOf = (type: string) => {
    const body = client.match(new RegExp(`type ${type} = \\{(.*?)\\n\\};`, 's'))?.[1] ?? '';
    return [...body.matchAll(/^ {2}(\w+): \(/gm)].map(([, name]) => name);
  };
  const heard = [...server.matchAll(/^ {4}(?:async )?(\w+)[(:]/gm)].map(([, name]) => name as string);
  const known = (from: string) => socketMessages.filter((message) => message.from === from).map(({ event }) => event);
  expect(known('client').toSorted()).toEqual(heard.filter((name) => name.includes('subscribe')).toSorted());
  expect(known('client').toSorted()).toEqual(namesOf('ClientMessages').toSorted());
  expect(known('server').toSorted()).toEqual(namesOf('ServerMessages').toSorted());
});

test('every example fits its payload', () => {
  const ajv = withFormats(new Ajv2020({ strict: false }));
  for (const { name, payload, examples } of messages) {
    const fits = ajv.compile(payload);
    for (const example of examples) {
      fits(example.payload);
      expect([name, fits.errors]).toEqual([name, null]);
    }
  }
});
