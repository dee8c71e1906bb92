// What holds for every event, today's and those to come.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { EventDefinition } from './event.ts';
import { eventCatalog } from './event-catalog.ts';
import { consumersOf, publishers, STREAM_TOPIC, TOPICS } from './topics.ts';

type AnyEvent = EventDefinition<Record<string, unknown>>;

const catalog = eventCatalog as unknown as readonly AnyEvent[];
const named = (event: AnyEvent) => `${event.type} on ${event.topic}`;
const EVENTS = fileURLToPath(new URL('./events/', import.meta.url));

type Fields = Record<string, { flags?: { presence?: string } }>;
const fieldsOf = (event: AnyEvent): Fields => event.schema.describe().keys;

const validate = (event: AnyEvent, data: unknown) => event.schema.validate(data, { convert: false });

describe.each(catalog.map((event) => [named(event), event] as const))('%s', (_name, event) => {
  test('has a sample that fits its schema and is JSON', () => {
    expect(validate(event, event.sample).error).toBeUndefined();
    expect(JSON.parse(JSON.stringify(event.sample))).toEqual(event.sample);
  });

  test('is read with fields that are not known yet, and means the same without them (tolerant reader)', () => {
    const later = { ...event.sample, added_later: { deep: [1] } };
    expect(validate(event, later)).toEqual({ value: later });
    const known = Object.fromEntries(Object.entries(later).filter(([name]) => name in fieldsOf(event)));
    expect(known).toEqual(event.sample);
  });

  test('tells every field that its reader may count on', () => {
    const fields = fieldsOf(event);
    const required = Object.keys(fields).filter((name) => fields[name]?.flags?.presence === 'required');
    expect(required.length).toBeGreaterThan(0);
    for (const name of required) {
      const { [name]: _left, ...rest } = event.sample;
      expect(validate(event, rest).error?.message).toBe(`"${name}" is required`);
    }
  });

  test('is named in the past tense of its noun, and says who publishes and who consumes it', () => {
    expect(event.type).toMatch(/^[a-z]+\.[a-z_]+$/);
    if (event.topic === STREAM_TOPIC) {
      expect(event.doc).toMatch(/Broadcast by agent-service, heard by notification-service; never stored\.$/);
      return;
    }
    const [, publisher, readers] = event.doc.match(/Published by ([a-z-]+), consumed by ([a-z-, ]+)\.$/) ?? [];
    expect(publisher).toBe(publishers[event.topic]);
    expect(readers?.split(', ').sort()).toEqual([...consumersOf(event.topic)].sort());
  });
});

test('no two events of a topic have one type', () => {
  const names = catalog.map(named);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every event that a file declares is in the catalog', async () => {
  const missing: string[] = [];
  for (const file of readdirSync(EVENTS).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
    const declared = Object.entries(await import(`./events/${file}`)).filter(([, value]) => isEvent(value));
    expect([file, declared.length > 0]).toEqual([file, true]);
    missing.push(
      ...declared.filter(([, event]) => !catalog.includes(event as AnyEvent)).map(([name]) => `${file}: ${name}`),
    );
  }
  expect(missing).toEqual([]);
});

test('a file that declares one event is named after it', () => {
  const wrong = readdirSync(EVENTS).filter((file) => {
    const types = [...readFileSync(`${EVENTS}${file}`, 'utf8').matchAll(/^ {2}type: '([^']+)'/gm)].map(
      ([, type]) => type,
    );
    return types.length === 1 && file !== `${types[0]?.replace(/[._]/g, '-')}.ts`;
  });
  expect(wrong).toEqual([]);
});

test('every topic has an event', () => {
  expect(TOPICS.filter((topic) => !catalog.some((event) => event.topic === topic))).toEqual([]);
});

function isEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sample' in value && 'schema' in value;
}
