// `npm run mutations:chaos [-- fence …]`: takes one protection after the other out of a whole cluster, and shows that the
// checker of `npm run chaos` finds what becomes of it. Each takes a minute or two.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ChaosMutation, chaosMutations } from './chaos-mutations.ts';
import { type MutatedTree, openMutatedTree } from './mutated-tree.ts';

/** Where nothing is found in the round of the seed, the schedule met it at another moment: the next ones may. */
const ROUNDS = '3';

function runChaos(tree: MutatedTree, { seed }: ChaosMutation): Promise<string> {
  const options = ['--rounds', ROUNDS, '--seed', String(seed), '--tasks', '12', '--steps', '4', '--end-limit', '60'];
  return new Promise((resolve, reject) => {
    const args = ['--disable-warning=ExperimentalWarning', 'test/chaos/main.ts', ...options];
    const child = spawn(process.execPath, args, { cwd: tree.root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

const wanted = process.argv.slice(2);
const chosen = chaosMutations.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const tree = openMutatedTree(fileURLToPath(new URL('../..', import.meta.url)));
let survived = 0;
try {
  for (const mutation of chosen) {
    const restore = tree.apply(mutation);
    const output = await runChaos(tree, mutation).finally(restore);
    const said = output.split('\n').find((line) => mutation.says.test(line));
    console.log(`${said ? 'red' : 'SURVIVED'}  ${mutation.name} (seed ${mutation.seed})`);
    console.log(`    ${said?.slice(0, 200) ?? output}`);
    if (!said) survived += 1;
  }
} finally {
  tree.close();
}
console.log(`${chosen.length - survived} of ${chosen.length} mutations were found by chaos`);
process.exit(survived > 0 || chosen.length === 0 ? 1 : 0);
