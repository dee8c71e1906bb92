// The workspaces as one file: tar keeps modes and links, which git's objects and programs' files have.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

const NAME = 'workspaces';
const FILE = `${NAME}.tar.gz`;

/** @returns the file's name, or null where there are no workspaces */
export async function packWorkspaces(home: string, backup: string): Promise<string | null> {
  if (isEmpty(join(home, NAME))) return null;
  const child = spawn('tar', ['-cf', '-', '-C', home, NAME], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [said] = await Promise.all([
    text(child.stderr),
    pipeline(child.stdout, createGzip(), createWriteStream(join(backup, FILE), { mode: 0o600 })),
  ]);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`The workspaces could not be packed: ${said.trim()}`);
  return FILE;
}

/** @throws Error when there are workspaces already */
export function checkNoWorkspaces(home: string): void {
  if (!isEmpty(join(home, NAME))) {
    throw new Error(`${join(home, NAME)} is not empty: a restore writes over nothing. Give another BUILDER_HOME.`);
  }
}

export async function unpackWorkspaces(home: string, backup: string, file: string): Promise<void> {
  // Under their name only when they are whole.
  const fresh = join(home, `${NAME}.restored`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const child = spawn('tar', ['-xpf', '-', '-C', fresh], { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = once(child, 'close');
  const [said] = await Promise.all([
    text(child.stderr),
    pipeline(createReadStream(join(backup, file)), createGunzip(), child.stdin),
  ]);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`The workspaces could not be unpacked: ${said.trim()}`);
  rmSync(join(home, NAME), { recursive: true, force: true });
  renameSync(join(fresh, NAME), join(home, NAME));
  rmSync(fresh, { recursive: true, force: true });
}

const isEmpty = (directory: string) => !existsSync(directory) || readdirSync(directory).length === 0;
