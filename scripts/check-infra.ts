// `npm run check:infra`: checks every file under infra/, k8s/ and .github/ and the compose file with the tool that knows it.
import { fileURLToPath } from 'node:url';
import { validators } from './infra/validators.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let failed = 0;
for (const { name, run } of validators) {
  const { code, output } = await run(root);
  console.log(code === 0 ? `passed: ${name}` : `FAILED: ${name}\n${output}`);
  if (code !== 0) failed += 1;
}
console.log(`${validators.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
