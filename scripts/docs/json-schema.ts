// JSON Schema from joi, as the API documents want it: joi's own conversion with what it leaves open put right.
import type Joi from 'joi';

export type JsonSchema = { [keyword: string]: unknown };

type Source = { '~standard': { jsonSchema: { input(options: { target: string }): JsonSchema } } };

/** @param tolerant for answers: fields are added in later versions, and clients pass over what they do not know */
export function toJsonSchema(schema: Joi.Schema, { tolerant }: { tolerant: boolean }): JsonSchema {
  const source = schema as unknown as Source;
  return mend(source['~standard'].jsonSchema.input({ target: 'draft-2020-12' }), tolerant) as JsonSchema;
}

function mend(value: unknown, tolerant: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => mend(item, tolerant));
  if (value === null || typeof value !== 'object') return value;
  const node = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mend(item, tolerant)]));
  return isSchema(node) ? mendSchema(node, tolerant) : node;
}

const isSchema = (node: JsonSchema) => typeof node.type === 'string' || Array.isArray(node.type);

function mendSchema(node: JsonSchema, tolerant: boolean): JsonSchema {
  const { type } = node;
  const orNull = Array.isArray(type) && type.includes('null');
  // `allow(null)` beside `valid(…)` is told by the type alone.
  if (orNull && Array.isArray(node.enum) && !node.enum.includes(null)) node.enum = [...node.enum, null];
  // joi writes an object of any names as one of names that fit a pattern.
  const patterns = node.patternProperties as JsonSchema | undefined;
  if (patterns && Object.keys(patterns).join() === '.*') {
    const { patternProperties: _, ...rest } = node;
    return { ...rest, additionalProperties: patterns['.*'] };
  }
  // Said outright of what is open to any field; elsewhere in answers new fields may come, and are in the document then.
  if (type === 'object' && node.additionalProperties === undefined) node.additionalProperties = true;
  else if (tolerant && node.additionalProperties === false) delete node.additionalProperties;
  if (orNull && node.properties) {
    const { description, ...object } = node;
    return {
      ...(description !== undefined && { description }),
      anyOf: [{ ...object, type: 'object' }, { type: 'null' }],
    };
  }
  return node;
}

/** Puts references in place of what has a name. @param names by what the schema says, as JSON @param root is left as it is */
export function refer(value: unknown, names: ReadonlyMap<string, string>, root = false): unknown {
  if (Array.isArray(value)) return value.map((item) => refer(item, names));
  if (value === null || typeof value !== 'object') return value;
  const name = root ? undefined : names.get(JSON.stringify(withoutDescription(value)));
  if (name) {
    const { description } = value as JsonSchema;
    return { $ref: `#/components/schemas/${name}`, ...(typeof description === 'string' && { description }) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, refer(item, names)]));
}

function withoutDescription(value: object): object {
  const { description, ...rest } = value as JsonSchema;
  // A field that has this name is no description.
  return typeof description === 'string' ? rest : value;
}
