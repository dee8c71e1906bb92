// The parameters of an operation: in its path, its query and its headers.
import { type JsonSchema, toJsonSchema } from '../json-schema.ts';
import type { Operation } from '../operations.ts';

const KEY_MEANING =
  'The same request sent again with the same key has one effect and one answer; another request with it is refused.';

export function toParameters(operation: Operation): JsonSchema[] {
  const { method, path, query, headers = {}, withoutIdempotencyKey, answers = {} } = operation;
  const inHeaders = {
    ...headers,
    ...(method === 'post' && !withoutIdempotencyKey && { 'Idempotency-Key': KEY_MEANING }),
    ...(method === 'get' && 200 in answers && { 'If-None-Match': 'An ETag: answered with 304 while it still holds.' }),
  };
  const parts = path.split('/').filter((part) => part.startsWith(':') || part === '*');
  return [
    ...parts.map((part) => ({
      name: part === '*' ? 'path' : part.slice(1),
      in: 'path',
      required: true,
      schema: { type: 'string' },
      ...(part === '*' && { description: 'The rest of the path: its slashes stay as they are.' }),
    })),
    ...(query ? inQuery(toJsonSchema(query, { tolerant: false })) : []),
    ...Object.entries(inHeaders).map(([name, description]) => ({
      name,
      in: 'header',
      description,
      schema: { type: 'string', ...(name === 'Idempotency-Key' && { minLength: 1, maxLength: 255 }) },
    })),
  ];
}

function inQuery({ properties = {}, required = [] }: JsonSchema): JsonSchema[] {
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    ...((required as string[]).includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    schema,
  }));
}

/** `/tasks/:id/files/*` as OpenAPI writes it. */
export const toTemplate = (path: string) => path.replace(/:(\w+)/g, '{$1}').replace(/\/\*$/, '/{path}');
