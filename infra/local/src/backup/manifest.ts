// What a backup says of itself: a directory with manifest.json, a file a table, the workspaces, and SHA256SUMS over all.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ServiceName } from '../service-environments.ts';

/** Raised when a restore of this version could not read what an earlier one wrote. */
export const FORMAT = 1;

export type TableCopy = { table: string; columns: string[]; rows: number; file: string };

export type DatabaseCopy = {
  /** The migrations it has, oldest first, by which a restore makes its tables. */
  migrations: { name: string; checksum: string }[];
  /** In an order in which they can be filled. */
  tables: TableCopy[];
  sequences: { name: string; value: string }[];
};

export type Manifest = {
  product: 'builder-ai';
  format: number;
  version: string;
  made_at: string;
  databases: Record<ServiceName, DatabaseCopy>;
  /** The file with the workspaces; null where there were none. */
  workspaces: string | null;
};

const MANIFEST = 'manifest.json';
// In the form of sha256sum, so that a backup can be checked where there is no Builder AI.
const SUMS = 'SHA256SUMS';

/** Writes the manifest, and the checksums of all that is in the backup: the last thing that is done to it. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  writeFileSync(join(directory, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  const lines: string[] = [];
  for (const file of [MANIFEST, ...filesOf(manifest)])
    lines.push(`${await checksumOf(join(directory, file))}  ${file}`);
  writeFileSync(join(directory, SUMS), `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** Reads a backup's manifest after each of its files was found to be whole. @throws Error that says what is not */
export async function readManifest(directory: string): Promise<Manifest> {
  const sums = join(directory, SUMS);
  if (!existsSync(sums)) throw new Error(`${directory} is no backup, or one that was not finished: it has no ${SUMS}.`);
  const expected = new Map<string, string>();
  for (const line of readFileSync(sums, 'utf8').split('\n')) {
    const [, checksum, file] = line.match(/^([0-9a-f]{64}) {2}(.+)$/) ?? [];
    if (checksum && file) expected.set(file, checksum);
  }
  await check(directory, MANIFEST, expected);
  const manifest = JSON.parse(readFileSync(join(directory, MANIFEST), 'utf8')) as Manifest;
  if (manifest.product !== 'builder-ai' || manifest.format !== FORMAT) {
    throw new Error(
      `${directory} is a backup of ${manifest.product} ${manifest.version} in format ${manifest.format}; ` +
        `this version reads format ${FORMAT}. Restore it with the version that made it, and upgrade afterwards.`,
    );
  }
  for (const file of filesOf(manifest)) await check(directory, file, expected);
  return manifest;
}

async function check(directory: string, file: string, expected: Map<string, string>): Promise<void> {
  const path = join(directory, file);
  const problem = !existsSync(path)
    ? 'is missing'
    : (await checksumOf(path)) === expected.get(file)
      ? undefined
      : `is not what ${SUMS} says`;
  if (problem) throw new Error(`The backup is damaged: ${file} ${problem}. Nothing was restored; take another copy.`);
}

const filesOf = ({ databases, workspaces }: Manifest): string[] => [
  ...Object.values(databases).flatMap(({ tables }) => tables.map(({ file }) => file)),
  ...(workspaces ? [workspaces] : []),
];

async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
