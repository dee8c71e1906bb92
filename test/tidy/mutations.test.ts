// `npm run mutations` is not part of `npm test`: that it could be run as it is, is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { chaosMutations } from '../mutations/chaos-mutations.ts';
import { mutate } from '../mutations/mutated-tree.ts';
import { mutations } from '../mutations/mutations.ts';
import { ROOT } from './source-files.ts';

test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  'the mutation “%s” applies, and its test is there',
  (_name, mutation) => {
    const text = readFileSync(join(ROOT, mutation.file), 'utf8');
    expect(mutate(text, mutation)).not.toBe(text);
    expect(readFileSync(join(ROOT, mutation.red.file), 'utf8') + sharedTests()).toContain(mutation.red.test);
  },
);

test.each(chaosMutations)('the mutation of chaos “$name” applies', (mutation) => {
  const text = readFileSync(join(ROOT, mutation.file), 'utf8');
  expect(mutate(text, mutation)).not.toBe(text);
});

test('no two mutations have one name', () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
});

/** The tests that each adapter of the bus runs are not in the file that is run. */
const sharedTests = () =>
  ['bus-contract.ts', 'bus-contract/order.ts', 'bus-contract/redelivery.ts']
    .map((name) => readFileSync(join(ROOT, 'shared/testing/src', name), 'utf8'))
    .join('\n');
