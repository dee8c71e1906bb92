// The frame of a check: a program that uses what was built, says what works, and fails with a readable reason.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from './template.ts';

export class CheckFailed extends Error {}

export type Check = {
  directory: string;
  read(path: string): string;
  /** Notes something that works; a false condition ends the check. */
  ok(condition: unknown, what: string): void;
};

/** Runs `use` on the directory of the command line; every file of the template must be there first. */
export async function runCheck(template: Template, use: (check: Check) => Promise<void>): Promise<void> {
  const directory = process.argv[2];
  if (!directory) throw new Error('Usage: node check.ts <directory>');
  const check: Check = {
    directory,
    read: (path) => readFileSync(join(directory, path), 'utf8'),
    ok(condition, what) {
      if (!condition) throw new CheckFailed(what);
      console.log(`ok - ${what}`);
    },
  };
  try {
    for (const path of template.paths) {
      const file = join(directory, path);
      if (!existsSync(file) || !statSync(file).isFile()) throw new CheckFailed(`${path} is there`);
    }
    await use(check);
  } catch (error) {
    console.log(`not ok - ${error instanceof CheckFailed ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** The start script of the package, which has to name a file that is there. */
export function startFile(check: Check): string {
  const { scripts } = JSON.parse(check.read('package.json')) as { scripts?: { start?: string } };
  const file = scripts?.start?.match(/^node (\S+)$/)?.[1];
  if (!file || !existsSync(join(check.directory, file))) throw new CheckFailed('npm start runs a file that is there');
  return file;
}

/** A README that says how to start what is there. */
export function checkReadme(check: Check, ...mentions: string[]): void {
  const text = check.read('README.md');
  check.ok(
    mentions.every((mention) => text.includes(mention)),
    `README.md says how to use it (${mentions.join(', ')})`,
  );
}
