// What the releases before have published is still understood: their events may lie on the bus, in outboxes and in dead
// letters when this version starts, and both versions run side by side while it is rolled out.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { eventCatalog } from './event-catalog.ts';

type Released = { topic: string; type: string; data: object };

const DIRECTORY = new URL('../released/', import.meta.url);

const released = readdirSync(DIRECTORY).flatMap((file) =>
  (JSON.parse(readFileSync(new URL(file, DIRECTORY), 'utf8')) as Released[]).map(
    (event) => [file.replace('.json', ''), event.topic, event.type, event] as const,
  ),
);

test.each(released)('release %s: %s %s fits the schema of today', (_release, topic, type, event) => {
  const definition = eventCatalog.find((each) => each.topic === topic && each.type === type);
  expect(definition?.schema.validate(event.data, { convert: false }).error).toBeUndefined();
  expect(definition).toBeDefined();
});
