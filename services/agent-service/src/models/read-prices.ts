// Prices that the operator adds: for models that are not in our list, or for terms of their own.
import { readFileSync } from 'node:fs';
import Joi from 'joi';
import { PRICE_LIST, type Price } from './price-list.ts';

type Row = { model: string; input: number; output: number; cache_write?: number; cache_read?: number };

const usd = Joi.number().min(0).max(10_000);

const schema = Joi.array()
  .items(
    Joi.object<Row, true>({
      model: Joi.string().required(),
      input: usd.required(),
      output: usd.required(),
      cache_write: usd,
      cache_read: usd,
    }),
  )
  .required();

/**
 * @param file a JSON list of `{model, input, output, cache_write?, cache_read?}`, in dollars for a million tokens;
 *   `model` is how the names begin that it is for
 * @returns our list, after the file's rows
 * @throws Error that names the file and what is wrong with it
 */
export function readPrices(file: string | undefined): readonly Price[] {
  if (file === undefined) return PRICE_LIST;
  let rows: unknown;
  try {
    rows = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`MODEL_PRICES: ${file} cannot be read: ${(error as Error).message}`);
  }
  const { error, value } = schema.validate(rows, { convert: false, errors: { wrap: { label: '' } } });
  if (error) throw new Error(`MODEL_PRICES: ${file} has a fault: ${error.message}.`);
  return [...(value as Row[]).map(toPrice), ...PRICE_LIST];
}

function toPrice({ model, input, output, cache_write = input * 1.25, cache_read = input }: Row): Price {
  const microUsd = (amount: number) => Math.round(amount * 1_000_000);
  return {
    model: new RegExp(`^${model.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
    input: microUsd(input),
    output: microUsd(output),
    cacheWrite: microUsd(cache_write),
    cacheRead: microUsd(cache_read),
  };
}
