// Runs schemathesis on a product's own OpenAPI document: requests made from it, fitting and not, and answers checked by it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FuzzedProduct } from './fuzzed-product.ts';

/** No server error, and no answer that the document does not have: its status, type, headers and schema. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

export type FuzzOptions = {
  /** Requests of each operation and phase. */
  examples: number;
  /** The same seed sends the same requests. */
  seed: number;
  phases: readonly string[];
  /** More of the program's own arguments, such as `--include-path /agents`. */
  more?: readonly string[];
  onOutput?: (text: string) => void;
};

/** @returns the program's exit code, 0 when nothing was found, and what it printed */
export async function runSchemathesis(
  program: string,
  { url, key, known, webhookUrl }: Omit<FuzzedProduct, 'stop'>,
  { examples, seed, phases, more = [], onOutput }: FuzzOptions,
): Promise<{ code: number | null; output: string }> {
  const options = {
    checks: CHECKS.join(),
    phases: phases.join(),
    header: `Authorization: Bearer ${key}`,
    seed: String(seed),
    'max-examples': String(examples),
    'request-timeout': '30',
    workers: '2',
    warnings: 'off',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(
    program,
    ['run', `${url}/openapi.json`, ...flags, '--continue-on-failure', '--no-shrink', '--no-color', ...more],
    {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONDONTWRITEBYTECODE: '1',
        FUZZ_KNOWN: JSON.stringify(known),
        FUZZ_WEBHOOK_URL: webhookUrl,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk.toString('utf8');
    onOutput?.(chunk.toString('utf8'));
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const [code] = await once(child, 'close');
  return { code, output };
}
