// Fits answers against the OpenAPI document: the status is one it names, the body has its schema and no field besides.
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = Record<string, unknown>;
type Media = { schema?: object; example?: unknown; examples?: Record<string, { $ref?: string; value?: unknown }> };
type ResponseObject = { $ref?: string; content?: Record<string, Media> };

export type OpenApi = { paths: Record<string, Record<string, { responses: Record<string, ResponseObject> }>> } & Json;

export type AnswerCheck = ReturnType<typeof newAnswerCheck>;

export function newAnswerCheck(document: OpenApi) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // In tests an answer may have no field that the document does not name; clients are asked to pass over such fields.
  ajv.addSchema(closed(document) as Json, 'document');
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

  function find<T>(item: { $ref?: string } & T): T {
    if (!item.$ref) return item;
    const found = item.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Json)?.[part], document);
    if (!found) throw new Error(`${item.$ref} leads nowhere.`);
    return found as T;
  }

  /** @returns what is wrong; none when it fits */
  function fits(schema: object, value: unknown): string[] {
    const text = JSON.stringify(closed(schema)).replaceAll('"#/components', '"document#/components');
    const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text));
    compiled.set(text, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    );
  }

  return {
    fits,
    examplesOf(response: ResponseObject): { schema: object; value: unknown }[] {
      const media = Object.values(find(response).content ?? {});
      return media.flatMap(({ schema = {}, example, examples = {} }) => [
        ...(example === undefined ? [] : [{ schema, value: example }]),
        ...Object.values(examples).map((item) => ({ schema, value: find(item).value })),
      ]);
    },
    /**
     * @param path as the document has it
     * @param body parsed where it is JSON
     * @returns what the document does not say of this answer
     */
    faultsOf(method: string, path: string, answer: { status: number; type: string | null; body: unknown }): string[] {
      const operation = document.paths[path]?.[method.toLowerCase()];
      if (!operation) return ['is no operation of the document'];
      const response = operation.responses[String(answer.status)];
      if (!response) return [`may not answer ${answer.status}`];
      const content = find(response).content;
      const type = answer.type?.split(';', 1)[0] ?? '';
      if (!content) return type === '' ? [] : [`answers ${answer.status} with a body (${type})`];
      const media = content[type] ?? content['*/*'];
      if (!media) return [`answers ${answer.status} as ${type || 'nothing'}`];
      return type.endsWith('json') && media.schema ? fits(media.schema, answer.body) : [];
    },
  };
}

/** The same schema, without room for fields that it does not name; what is put together of parts stays as it is. */
function closed(value: unknown, inAllOf = false): unknown {
  if (Array.isArray(value)) return value.map((item) => closed(item, inAllOf));
  if (value === null || typeof value !== 'object') return value;
  const node = Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === 'example' || name === 'examples' ? item : closed(item, name === 'allOf'),
    ]),
  );
  const isOpen = node.type === 'object' && node.properties && node.additionalProperties === undefined;
  return isOpen && !inAllOf ? { ...node, additionalProperties: false } : node;
}
