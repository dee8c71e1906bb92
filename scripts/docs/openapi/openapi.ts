// The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1) of everything that the gateway answers.
import { readFileSync } from 'node:fs';
import { type ErrorCode, errorCodes } from '@builder-ai/contracts/error-codes';
import type { Shape } from '@builder-ai/contracts/shape';
import { logEntryShape } from '@builder-ai/contracts/shapes/log-entry';
import { planStepShape, reviewShape } from '@builder-ai/contracts/shapes/plan-step';
import { problemShape } from '@builder-ai/contracts/shapes/problem';
import { budgetShape, messageShape } from '@builder-ai/contracts/shapes/task';
import { SESSION_COOKIE } from '@builder-ai/gateway/auth/caller';
import { type JsonSchema, refer, toJsonSchema } from '../json-schema.ts';
import { allOperations, type Operation } from '../operations.ts';
import { listExample, toOperation, toProblem } from './to-operation.ts';
import { toTemplate } from './to-parameters.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

/** Parts of answers that are worth a name of their own. */
const PARTS = [logEntryShape, planStepShape, reviewShape, messageShape, budgetShape, problemShape] as Shape[];

export function openApi() {
  const operations = allOperations();
  const paths: Record<string, JsonSchema> = {};
  for (const operation of operations) {
    const path = toTemplate(operation.path);
    paths[path] = { ...paths[path], [operation.method]: toOperation(operation) };
  }
  const shapes = shapesOf(operations);
  const schemas = namedSchemas([...PARTS, ...shapes.map((shape) => shape.item ?? shape)]);
  const names = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Builder AI',
      version,
      description:
        'Give a goal, watch it being built, take the files away. Errors are application/problem+json (RFC 9457) with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }, { url: '/v1', description: 'The same.' }],
    security: [{ key: [] }, { session: [] }],
    paths: refer(paths, names) as Record<string, Record<string, JsonSchema>>,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, refer(schema, names, true)])),
      responses: toResponses(paths),
      examples: toExamples(shapes),
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'An API key (POST /keys), or BUILDER_API_KEY.' },
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
      },
    },
  };
}

function shapesOf(operations: readonly Operation[]): Shape[] {
  return operations
    .flatMap(({ answers = {} }) => Object.values(answers))
    .filter((answer): answer is Shape => 'schema' in answer);
}

function toResponses(paths: object): JsonSchema {
  const names = JSON.stringify(paths).matchAll(/#\/components\/responses\/([\w.]+)/g);
  const all = [...new Set([...names].map(([, name]) => name as string))].sort();
  return Object.fromEntries(all.map((name) => [name, toProblem(name)]));
}

function toExamples(shapes: readonly Shape[]): JsonSchema {
  const samples = shapes.flatMap(({ name, item, sample }): [string, JsonSchema][] => {
    if (item?.name) return [[listExample(item.name), { value: sample }]];
    return name ? [[name, { value: sample }]] : [];
  });
  const problems = Object.keys(errorCodes).map((code): [string, JsonSchema] => [code, toExample(code as ErrorCode)]);
  return Object.fromEntries([...samples, ...problems].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @throws when two shapes have one name */
function namedSchemas(shapes: readonly Shape[]): Record<string, JsonSchema> {
  const schemas: Record<string, JsonSchema> = {};
  for (const { name, schema } of shapes) {
    if (!name) continue;
    const json = toJsonSchema(schema, { tolerant: true });
    if (schemas[name] && JSON.stringify(schemas[name]) !== JSON.stringify(json))
      throw new Error(`Two shapes are called ${name}.`);
    schemas[name] = json;
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toExample(code: ErrorCode): JsonSchema {
  const { status, title, detail } = errorCodes[code];
  const type = `urn:builder-ai:error:${code}`;
  return { value: { type, title, status, detail, code, request_id: problemShape.sample.request_id } };
}
