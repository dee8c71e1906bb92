// `npm run supply-chain [-- audit licences scripts sbom]`: what the packages that we ship bring along. Known vulnerabilities (high and
// critical), licences, install scripts that nobody has allowed; the bill of materials goes to sbom.cdx.json (CycloneDX).
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { findInstallScriptFaults, findLicenceFaults, listLicences, readLock } from './supply-chain/lock-file.ts';

type Audit = {
  message: string;
  error: { summary?: string };
  metadata: { vulnerabilities: Record<string, number> };
  vulnerabilities: Record<string, { name: string; severity: string; range: string }>;
};

/** npm says its findings with a status of 1, and its failure to ask with an `error`. */
function audit(): string[] {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', maxBuffer: 64e6 });
  const answer = parse(stdout) as Partial<Audit> | undefined;
  const found = answer?.metadata?.vulnerabilities;
  if (!found) {
    const why = String(answer?.message ?? answer?.error?.summary ?? 'no answer').split(' - ')[0];
    const words = `Vulnerabilities were NOT CHECKED: the registry's audit endpoint did not answer (${why}).`;
    // Seen on the page of a workflow's run as well.
    console.warn(process.env.GITHUB_ACTIONS ? `::warning::${words}` : words);
    return process.env.AUDIT === 'required' ? [words] : [];
  }
  console.log(`Vulnerabilities of production packages: ${JSON.stringify(found)}`);
  return Object.values(answer?.vulnerabilities ?? {})
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity, range }) => `${name} ${range}: ${severity}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function licences(): string[] {
  for (const [licence, count] of listLicences(readLock())) console.log(`${String(count).padStart(5)} ${licence}`);
  return findLicenceFaults(readLock());
}

function sbom(): string[] {
  const text = execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--omit=dev'], {
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  writeFileSync('sbom.cdx.json', text);
  console.log(`sbom.cdx.json: ${JSON.parse(text).components.length} components`);
  return [];
}

const checks: Record<string, () => string[]> = {
  audit,
  licences,
  scripts: () => findInstallScriptFaults(readLock()),
  sbom,
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`There is no check ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}
const faults = Object.entries(checks)
  .filter(([name]) => wanted.length === 0 || wanted.includes(name))
  .flatMap(([name, check]) => check().map((fault) => `${name}: ${fault}`));
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
