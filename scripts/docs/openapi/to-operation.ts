// One operation of the OpenAPI document.
import { type ErrorCode, errorCodes } from '@builder-ai/contracts/error-codes';
import { ACCESS, GATEWAY_ALSO_ASKS } from '@builder-ai/contracts/identity';
import type { PlainAnswer, Shape } from '@builder-ai/contracts/shape';
import { type JsonSchema, toJsonSchema } from '../json-schema.ts';
import type { Operation } from '../operations.ts';
import { errorsOf } from './errors-of.ts';
import { toParameters } from './to-parameters.ts';

const PROBLEM = 'application/problem+json';

export function toOperation(operation: Operation): JsonSchema {
  const { method, path, access, service, summary } = operation;
  const scope = GATEWAY_ALSO_ASKS[access] ?? ACCESS[access];
  return {
    operationId: toOperationId(method, path),
    tags: [path.split('/')[1] || 'pages'],
    summary,
    description: [
      scope === null ? 'Nobody needs to sign in.' : `Needs the scope \`${scope}\` (${access}).`,
      `Answered by ${service}.`,
      ...(operation.limit ? [`Limited by RATE_LIMIT_${operation.limit.toUpperCase()} a minute.`] : []),
    ].join(' '),
    ...(scope === null && { security: [] }),
    parameters: toParameters(operation),
    ...toRequestBody(operation),
    responses: { ...toAnswers(operation), ...toProblems(errorsOf(operation)) },
  };
}

function toOperationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9*]+/).filter(Boolean);
  return method + words.map((word) => (word === '*' ? 'Path' : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

function toRequestBody({ body, text, bodySample }: Operation): JsonSchema {
  if (text) {
    const content = { [text.type]: { schema: { type: 'string' }, example: bodySample } };
    return { requestBody: { required: true, content } };
  }
  if (!body) return {};
  const schema = toJsonSchema(body, { tolerant: false });
  const required = (schema.required as string[] | undefined) !== undefined;
  return { requestBody: { required, content: { 'application/json': { schema, example: bodySample } } } };
}

const header = (description: string) => ({ description, schema: { type: 'string' } });

function toAnswers({ method, path, answers = {} }: Operation): JsonSchema {
  const all = Object.entries(answers).map(([status, answer]): [string, JsonSchema] => {
    const headers = {
      ...(method === 'get' && status === '200' && { ETag: header('For If-None-Match.') }),
      ...(method === 'get' &&
        'item' in answer &&
        path.match(/^\/tasks$|dead-letters|notifications$|deliveries$/) && { Link: header('The next page.') }),
      ...(method === 'post' && /^\/tasks$|\/fork$/.test(path) && { Location: header('Of the task.') }),
      ...(method === 'post' && path === '/webhooks' && { Location: header('Of the webhook.') }),
      ...(status === '202' && path.includes('/run') && { Location: header('Of the job.') }),
    };
    return [
      status,
      {
        description: 'media' in answer ? answer.description : STATUS_WORDS[status],
        ...(Object.keys(headers).length > 0 && { headers }),
        ...toContent(answer),
      },
    ];
  });
  const unchanged = method === 'get' && 200 in answers;
  return Object.fromEntries([
    ...all,
    ...(unchanged ? [['304', { description: 'It is still what If-None-Match names.' }]] : []),
  ]);
}

/** The name of the example that is a list of such a thing. */
export const listExample = (name: string) => `${name}List`;

const STATUS_WORDS: Record<string, string> = {
  200: 'It is so.',
  201: 'It was made.',
  202: 'It was taken on, and will be so.',
  503: 'It is not well.',
};

function toContent(answer: PlainAnswer | (Shape & { alsoAs?: readonly string[] })): JsonSchema {
  if ('media' in answer) {
    if (answer.media.length === 0) return {};
    return { content: Object.fromEntries(answer.media.map((type) => [type, { schema: { type: 'string' } }])) };
  }
  const { name, item, schema, sample, alsoAs = [] } = answer;
  const example = name ?? item?.name;
  return {
    content: {
      'application/json': {
        schema: toJsonSchema(schema, { tolerant: true }),
        // One of each name is in the components.
        ...(example
          ? { examples: { sample: { $ref: `#/components/examples/${item ? listExample(example) : example}` } } }
          : { example: sample }),
      },
      // Of a stream tools would take the schema for that of each event.
      ...Object.fromEntries(
        alsoAs.map((type) => [type, { schema: type === 'text/event-stream' ? {} : { type: 'string' } }]),
      ),
    },
  };
}

/** One answer for each status, which operations with the same errors share. */
function toProblems(codes: readonly ErrorCode[]): JsonSchema {
  const byStatus = Map.groupBy(codes, (code) => String(errorCodes[code].status));
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [status, { $ref: `#/components/responses/${list.join('.')}` }]),
  );
}

/** @param name as `toProblems` makes it */
export function toProblem(name: string): JsonSchema {
  const codes = name.split('.') as ErrorCode[];
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code].detail}`).join('\n\n'),
    content: {
      [PROBLEM]: {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}
