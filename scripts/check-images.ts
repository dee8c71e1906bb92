// `npm run check:images`: builds each service's image with a container engine, by its Dockerfile as it is, says how large it is, and runs
// the product in them on real stores. Linux and root; skipped, with the reason, where there is no engine.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideBaseImage } from './images/base-image.ts';
import { buildImage } from './images/build-image.ts';
import { checkProduct } from './images/check-product.ts';
import { type Engine, openEngine } from './images/engine.ts';
import { runProduct, SERVICES } from './images/run-product.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const MIB = 1024 * 1024;
// Compressed, of the base and what lies on it; git and bubblewrap are in one of them.
const LIMITS: Record<string, number> = { 'agent-service': 350 };
const LIMIT = 250;

const toMib = (bytes: number) => (bytes / MIB).toFixed(1);

/** @returns how many checks failed */
async function check(engine: Engine): Promise<number> {
  const [, base = ''] =
    readFileSync(join(root, 'infra/docker/gateway.Dockerfile'), 'utf8').match(/^FROM (\S+) AS/m) ?? [];
  const [, npm = ''] = readFileSync(join(root, 'package.json'), 'utf8').match(/"packageManager": "npm@([\d.]+)"/) ?? [];
  console.log(`${base}: ${await provideBaseImage(engine, base, npm)}`);
  let failed = 0;
  const say = (passed: boolean, text: string) => {
    console.log(`${passed ? 'passed' : 'FAILED'}: ${text}`);
    if (!passed) failed += 1;
  };
  for (const service of SERVICES) {
    const started = performance.now();
    const { compressedBytes, baseBytes } = await buildImage(engine, root, service);
    const limit = LIMITS[service] ?? LIMIT;
    const size = `${toMib(compressedBytes)} MiB compressed (base ${toMib(baseBytes)}), ${limit} are allowed`;
    say(
      compressedBytes <= limit * MIB,
      `${service}: ${size}; built in ${Math.round((performance.now() - started) / 1_000)} s`,
    );
  }
  const product = await runProduct(engine, root);
  try {
    for (const [service, ms] of Object.entries(product.readyMs))
      console.log(`${service}: ready ${Math.round(ms)} ms after its container was asked for, on an empty database`);
    for (const { name, passed, said } of await checkProduct(engine, product))
      say(passed, passed ? name : `${name}\n${said}`);
  } finally {
    await product.close();
  }
  return failed;
}

const engine = await openEngine();
if (typeof engine === 'string') {
  console.log(`skipped: ${engine}`);
  // Continuous integration that asks for it wants it done.
  process.exitCode = process.env.CI === 'true' ? 1 : 0;
} else {
  console.log(execFileSync('podman', ['--version'], { encoding: 'utf8' }).trim());
  try {
    process.exitCode = (await check(engine)) > 0 ? 1 : 0;
  } finally {
    await engine.close();
  }
}
