// As root, commands run as another user: what our own tools wrote into the workspace is given to that user first.
import { spawnSync } from 'node:child_process';
import { lchownSync, lstatSync, readdirSync } from 'node:fs';

/** With more of them a program is faster. */
const MOST_ENTRIES = 2_000;

/** No command runs in the directory meanwhile; links are not followed. */
export function giveFiles(directory: string, owner: number): void {
  if (giveBelow(Buffer.from(directory), owner, MOST_ENTRIES) >= 0) return;
  const { status, stderr } = spawnSync('/usr/bin/chown', ['-RhP', `${owner}:${owner}`, directory]);
  if (status !== 0) throw new Error(`The workspace cannot be given to the user of commands: ${stderr}`);
}

/** @returns how many more there might have been; less than nothing: it was given up. Names may be no text. */
function giveBelow(directory: Buffer, owner: number, most: number): number {
  giveFile(directory, owner);
  const entries = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  let left = most - entries.length;
  for (const entry of entries) {
    if (left < 0) break;
    const path = Buffer.concat([directory, Buffer.from('/'), entry.name]);
    if (entry.isDirectory()) left = giveBelow(path, owner, left);
    else giveFile(path, owner);
  }
  return left;
}

export function giveFile(path: Buffer | string, owner: number): void {
  const { uid, gid } = lstatSync(path);
  if (uid !== owner || gid !== owner) lchownSync(path, owner, owner);
}
