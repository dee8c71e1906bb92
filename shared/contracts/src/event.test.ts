import { expect, test } from '@jest/globals';
import Joi from 'joi';
import { defineEvent, type EventDefinition } from './event.ts';

const definition: EventDefinition<{ n: number }> = {
  type: 'thing.noted',
  topic: 'task.events',
  doc: 'For this test.',
  schema: Joi.object<{ n: number }>({ n: Joi.number().required() }).unknown(),
  sample: { n: 1 },
};

test('an event is what was declared', () => {
  expect(defineEvent(definition)).toBe(definition);
});

test.each([[{}], [{ n: '1' }]])('an event whose sample is %j cannot be declared: nobody could send it', (sample) => {
  expect(() => defineEvent({ ...definition, sample: sample as { n: number } })).toThrow(
    'The sample of thing.noted does not fit its schema: "n"',
  );
});
