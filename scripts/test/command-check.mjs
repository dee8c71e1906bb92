import { join } from 'node:path';
import { run } from './run.mjs';

/** A check that passes or fails as a whole, counted as one test. */
export async function runCommandCheck(title, root, node, program, args) {
  console.log(`\n${title}`);
  // `node` comes first on the path, so that what this program starts runs on the same version.
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  const code = await run(node, [join(root, program), ...args], { cwd: root, env });
  console.log(code === 0 ? `passed: ${title}` : `FAILED: ${title}`);
  return code === 0 ? { passed: 1 } : { failed: 1 };
}
