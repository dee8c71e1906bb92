// The OpenAPI document is valid, its examples fit its schemas, and it says of every operation what it answers.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { newAnswerCheck } from '../contract/answer-check.ts';
import { ROOT } from './source-files.ts';

type Operation = {
  operationId: string;
  summary: string;
  requestBody?: { content: Record<string, { schema: object; example: unknown }> };
  responses: Record<string, object>;
};

const document = JSON.parse(readFileSync(join(ROOT, 'gateway/documents/openapi.json'), 'utf8'));

const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })),
);

test('it is a valid OpenAPI 3.1 document', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
});

test('a document that is not valid is told from one that is', async () => {
  const broken = { ...structuredClone(document), paths: { '/tasks': { get: { responses: { 200: {} } } } } };
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test('every operation has a name of its own, a line that says what it does, and problems', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { name, summary, responses } of operations) {
    expect([name, summary.length > 5]).toEqual([name, true]);
    expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining(['400', '500'])]);
  }
});

test('every example fits its schema', () => {
  const check = newAnswerCheck(document);
  const faults: string[] = [];
  for (const { name, requestBody, responses } of operations) {
    for (const { schema, example } of Object.values(requestBody?.content ?? {}))
      faults.push(...check.fits(schema, example).map((fault) => `${name} takes: ${fault}`));
    for (const [status, response] of Object.entries(responses))
      for (const { schema, value } of check.examplesOf(response))
        faults.push(...check.fits(schema, value).map((fault) => `${name} answers ${status}: ${fault}`));
  }
  expect(faults).toEqual([]);
});
