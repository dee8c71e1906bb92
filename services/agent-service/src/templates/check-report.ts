// The frame of a check: a program that uses what was built, says what works, and fails with a readable reason.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unescapeMarkdown } from './render.ts';
import type { Template } from './template.ts';

class CheckFailed extends Error {}

export type Check = {
  directory: string;
  /** @throws when the file is not there */
  read(path: string): string;
  has(path: string): boolean;
  /** Notes something that works; a false condition ends the check. */
  ok(condition: unknown, what: string): void;
};

/** Runs `use` on the directory of the command line; every file of the template has to be there. */
export async function runCheck(template: Template, use: (check: Check) => Promise<void>): Promise<void> {
  const directory = process.argv[2];
  if (!directory) throw new Error('Usage: node check.ts <directory>');
  const check: Check = {
    directory,
    read: (path) => readFileSync(join(directory, path), 'utf8'),
    has: (path) => statSync(join(directory, path), { throwIfNoEntry: false })?.isFile() ?? false,
    ok(condition, what) {
      if (!condition) throw new CheckFailed(what);
      console.log(`ok - ${what}`);
    },
  };
  try {
    const missing = template.paths.filter((path) => !check.has(path));
    if (missing.length > 0) throw new CheckFailed(`missing: ${missing.join(', ')}`);
    await use(check);
  } catch (error) {
    console.log(`not ok - ${error instanceof CheckFailed ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

type Manifest = { name?: string; scripts?: Record<string, string>; bin?: Record<string, string> };

export function readManifest(check: Check): Manifest {
  const manifest = JSON.parse(check.read('package.json')) as Manifest;
  check.ok(/^[a-z0-9-]+$/.test(manifest.name ?? ''), `package.json names the project ${manifest.name}`);
  return manifest;
}

/** The file that `npm start` runs. */
export function startFile(check: Check): string {
  const file = readManifest(check).scripts?.start?.match(/^node (\S+)$/)?.[1] ?? '';
  check.ok(check.has(file), `npm start runs ${file}`);
  return file;
}

/** A README that says how to use what is there. @returns the goal as it stands in it, one line */
export function checkReadme(check: Check, ...mentions: string[]): string {
  const text = check.read('README.md');
  const missing = mentions.filter((mention) => !text.includes(mention));
  check.ok(missing.length === 0, `README.md tells about ${(missing.length > 0 ? missing : mentions).join(', ')}`);
  const goal = text.match(/^The goal: (.*)$/m)?.[1] ?? '';
  check.ok(/^# \S/.test(text) && goal !== '', 'README.md has a title and the goal');
  return unescapeMarkdown(goal);
}
