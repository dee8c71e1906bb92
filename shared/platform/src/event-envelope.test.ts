import { defineEvent } from '@builder-ai/contracts/event';
import { describe, expect, test } from '@jest/globals';
import Joi from 'joi';
import { parseEnvelope, toEnvelope } from './event-envelope.ts';
import { withContext } from './request-context.ts';

const noted = defineEvent<{ n: number }>({
  type: 'thing.noted',
  topic: 'agent.events',
  doc: 'For tests.',
  schema: Joi.object<{ n: number }>({ n: Joi.number().required() }).unknown(),
  sample: { n: 1 },
});

const make = (fields = {}) => toEnvelope('a-service', noted, { n: 1 }, { key: 'thing-1', ...fields });

describe('an envelope that is made', () => {
  test('has what CloudEvents 1.0 asks for, and no extension that nobody gave', () => {
    expect(make()).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      source: 'a-service',
      type: 'thing.noted',
      subject: 'thing-1',
      time: expect.any(String),
      datacontenttype: 'application/json',
      dataschema: 'urn:builder-ai:event:agent.events:thing.noted:1',
      data: { n: 1 },
    });
  });

  test('takes id, time, seq and owner as given, and the trace from its context', () => {
    const given = { id: 'id-1', time: '2026-01-01T00:00:00.000Z', seq: 3, ownerId: 'somebody' };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(withContext({ traceparent }, () => make(given))).toMatchObject({
      id: 'id-1',
      time: '2026-01-01T00:00:00.000Z',
      seq: 3,
      ownerid: 'somebody',
      traceparent,
    });
  });

  test('of data that does not fit its schema is refused; nothing is converted', () => {
    const bad = { n: '1' } as unknown as { n: number };
    expect(() => toEnvelope('a-service', noted, bad, { key: 'a' })).toThrow('thing.noted does not fit its schema');
  });

  test('can be read', () => {
    const envelope = make({ seq: 1, ownerId: 'somebody' });
    expect(parseEnvelope(JSON.stringify(envelope))).toEqual(envelope);
  });
});

describe('an envelope that is read', () => {
  const text = (change: object) => JSON.stringify({ ...make(), ...change });

  test('may have extensions and data that we do not know (tolerant reader)', () => {
    expect(parseEnvelope(text({ tenant: 'x', data: { n: 1, more: [1] } }))).toMatchObject({
      tenant: 'x',
      data: { n: 1, more: [1] },
    });
  });

  test.each(['datacontenttype', 'dataschema'])('may lack %s, which is optional in CloudEvents', (name) => {
    expect(parseEnvelope(text({ [name]: undefined }))).not.toHaveProperty(name);
  });

  test.each(['', '{', 'null x', 'undefined'])('%j is not JSON', (value) => {
    expect(() => parseEnvelope(value)).toThrow('The message is not JSON');
  });

  test.each(['null', '1', '"text"', '[]', '{}'])('%s is not a CloudEvent', (value) => {
    expect(() => parseEnvelope(value)).toThrow('The message is not a CloudEvent: ');
  });

  test.each([
    { specversion: '0.3' },
    { id: undefined },
    { id: '' },
    { id: 7 },
    { id: 'x'.repeat(101) },
    { id: 'a\0' },
    { source: undefined },
    { type: '' },
    { subject: undefined },
    { subject: '' },
    { time: 'yesterday' },
    { time: '2026-13-01T00:00:00.000Z' },
    { time: '2026-01-32T00:00:00.000Z' },
    { traceparent: 7 },
    { ownerid: '' },
    { datacontenttype: 'text/xml' },
    { seq: 0 },
    { seq: '1' },
    { runseq: 1.5 },
    { runseq: -1 },
    { data: undefined },
    { data: 'text' },
    { data: [] },
  ])('with %j it is not one that we take', (change) => {
    expect(() => parseEnvelope(text(change))).toThrow('The message is not a CloudEvent: ');
  });
});
