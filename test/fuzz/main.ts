// `npm run fuzz -- [--examples N] [--seed N]`: sends the real product requests made from its OpenAPI document, and ends with 1
// when it answers one with a server error, or with anything that the document does not say.
import { parseArgs } from 'node:util';
import { givenFuzzedProduct } from './fuzzed-product.ts';
import { runSchemathesis } from './run-schemathesis.ts';
import { findSchemathesis } from './schemathesis.ts';

const { values } = parseArgs({
  options: { examples: { type: 'string', default: '50' }, seed: { type: 'string', default: '1' } },
});

const program = await findSchemathesis();
const product = await givenFuzzedProduct();
try {
  const { code } = await runSchemathesis(program, product, {
    examples: Number(values.examples),
    seed: Number(values.seed),
    phases: ['examples', 'coverage', 'fuzzing', 'stateful'],
    onOutput: (text) => process.stdout.write(text),
  });
  process.exitCode = code ?? 1;
} finally {
  await product.stop();
}
