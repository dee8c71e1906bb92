// `npm test`: installs what is missing, checks style and types, runs every test on real PostgreSQL and in a real browser,
// and ends with one line that counts them. Plain JavaScript, for a machine that has only Node >= 20.19 and npm.
// Usage: node scripts/test.mjs [unit | integration | scaled | infra | e2e | coverage] [test files…]
// COVERAGE=true npm test: the same, and fails below 80 % of lines and branches.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDatabaseClients } from '../infra/local/start/database-clients.mjs';
import { findNode } from '../infra/local/start/find-node.mjs';
import { ensurePackages } from '../infra/local/start/packages.mjs';
import { runBrowserTests } from './test/browser.mjs';
import { runCommandCheck } from './test/command-check.mjs';
import { ensurePrograms } from './test/debian-packages.mjs';
import { runJest } from './test/jest.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = join(root, 'test-results');

const [part = 'all', ...files] = process.argv.slice(2);
const PARTS = ['all', 'unit', 'integration', 'scaled', 'infra', 'e2e', 'coverage'];
const wanted = PARTS.includes(part) ? part : 'all';
const chosen = PARTS.includes(part) ? files : [part, ...files];

// Counting what is reached costs each test file more than a second: whoever wants to know asks for it.
const measuresCoverage = wanted === 'coverage' || (wanted === 'all' && process.env.COVERAGE === 'true');

const total = { passed: 0, failed: 0, skipped: [] };
const add = ({ passed = 0, failed = 0, skipped = [] }) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
};

process.env.TURBO_TELEMETRY_DISABLED = '1';
process.env.CHECKPOINT_DISABLE = '1';
// What a person has set up for their own use is nothing for tests to find, and no key of theirs is spent by them.
process.env.OLLAMA = 'off';
for (const name of Object.keys(process.env))
  if (/^(ANTHROPIC|OPENAI|LOCAL_MODEL|ROLE)_|^(AGENT_MODE|MCP_SERVERS|MODEL_PRICES)$/.test(name))
    delete process.env[name];
await ensurePackages(root);
const node = findNode(root);
await ensureDatabaseClients(root, node);
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

if (wanted === 'all' && chosen.length === 0) {
  add(
    await runCommandCheck('Style (biome)', root, node, 'node_modules/@biomejs/biome/bin/biome', [
      'check',
      '--error-on-warnings',
      '.',
    ]),
  );
  add(
    await runCommandCheck('Types (tsc, every workspace)', root, node, 'node_modules/turbo/bin/turbo', [
      'run',
      'typecheck',
      '--output-logs=errors-only',
    ]),
  );
}
if (wanted !== 'e2e') {
  await ensurePrograms();
  // Clusters of processes come last, on their own: they would slow the others down, and be slowed down by them.
  const all = [['unit', 'integration'], ['scaled']];
  const groups = wanted === 'all' ? all : wanted === 'coverage' ? all.slice(0, 1) : [[wanted]];
  for (const projects of groups) {
    const coverage = chosen.length === 0 && measuresCoverage && projects.includes('unit');
    add(await runJest({ root, node, results, projects, coverage, files: chosen }));
  }
}
if (wanted === 'e2e' || (wanted === 'all' && chosen.length === 0))
  add(await runBrowserTests({ root, node, results, files: chosen }));

for (const name of total.skipped) console.log(`skipped: ${name}`);
const skippedMayPass = process.env.CI !== 'true' || total.skipped.length === 0;
if (!skippedMayPass) {
  console.log('CI allows no skipped tests: they count as failed.');
  total.failed += total.skipped.length;
  total.skipped.length = 0;
}
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : ''}`,
);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
