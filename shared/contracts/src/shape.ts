import Joi from 'joi';

/** What an answer looks like: the API documents, their examples and the contract tests are made from it. */
export type Shape<T = unknown> = {
  /** Its name in the API documents, where it has one of its own. */
  name?: string;
  schema: Joi.Schema<T>;
  sample: T;
  /** Of a list: what is in it. */
  item?: Shape;
};

/** An answer that is not JSON, by its media types; none: an answer without a body. */
export type PlainAnswer = { media: readonly string[]; description: string };

/** @throws when the sample does not fit the schema: a shape that nothing has cannot be declared */
export function defineShape<T>(shape: Shape<T>): Shape<T> {
  const { error } = shape.schema.validate(shape.sample, { convert: false });
  if (error) throw new Error(`The sample of ${shape.name ?? 'a shape'} does not fit its schema: ${error.message}`);
  return shape;
}

/** Many of them. */
export function listOf<T>(item: Shape<T>): Shape<T[]> {
  return { schema: Joi.array<T[]>().items(item.schema), sample: [item.sample], item: item as Shape };
}

export const NO_CONTENT: PlainAnswer = { media: [], description: 'It is done.' };
