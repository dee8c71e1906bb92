// `npm run mutations [-- fence park …]`: takes out one protection after the other, in a copy of the tree, and shows that
// the test which is named for it turns red. Fails where one stays green, is red without the mutation, or does not apply.
import { fileURLToPath } from 'node:url';
import { openMutatedTree } from './mutated-tree.ts';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';
import { type Outcome, runTestFile } from './run-test-file.ts';

const wanted = process.argv.slice(2);
const chosen = mutations.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(`No mutation has ${wanted.join(' or ')} in its name. There are:`);
  for (const { name } of mutations) console.error(`  ${name}`);
  process.exit(2);
}

const tree = openMutatedTree(fileURLToPath(new URL('../..', import.meta.url)));
const whole = new Map<string, Outcome>();

/** What the test's file says without any mutation; each file is run once. */
async function runWhole({ red }: Mutation): Promise<Outcome> {
  const known = whole.get(red.file) ?? (await runTestFile(tree.root, red));
  whole.set(red.file, known);
  return known;
}

/** @returns why the mutation shows nothing, or undefined when its test turned red */
async function examine(mutation: Mutation): Promise<string | undefined> {
  const { red } = mutation;
  const isNamed = (name: string) => name.includes(red.test);
  const before = await runWhole(mutation);
  if (before.failed.some(isNamed)) return `the test is red without the mutation\n${before.output}`;
  if (!before.passed.some(isNamed)) return `there is no such test in ${red.file}\n${before.output}`;
  const restore = tree.apply(mutation);
  try {
    const { passed, failed, output } = await runTestFile(tree.root, red, red.test);
    if (failed.some(isNamed)) return undefined;
    if (passed.some(isNamed)) return 'the test stays green';
    return `the test was not run to its end\n${output.slice(-4_000)}`;
  } finally {
    restore();
  }
}

let survived = 0;
try {
  for (const mutation of chosen) {
    const started = performance.now();
    const fault = await examine(mutation);
    const seconds = Math.round((performance.now() - started) / 1_000);
    console.log(`${fault ? 'SURVIVED' : 'red'}  ${mutation.name} (${seconds} s)`);
    console.log(`     ${mutation.red.file}: ${mutation.red.test}`);
    if (fault) console.log(`     ${fault}`);
    if (fault) survived += 1;
  }
} finally {
  tree.close();
}
console.log(`${chosen.length - survived} of ${chosen.length} mutations turned their test red`);
process.exit(survived > 0 ? 1 : 0);
