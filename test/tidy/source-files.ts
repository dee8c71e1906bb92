// What the tidy tests look at: the files that git knows or would add.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type SourceFile = { path: string; text: string; lines: string[] };

const BINARY = /\.(png|jpg|gif|ico|webp|zip|woff2)$/;

/** Every text file of the repository that git keeps. */
export function listFiles(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  return listed
    .split('\0')
    .filter((path) => path !== '' && !BINARY.test(path) && existsSync(join(ROOT, path)))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, lines: text.split('\n') };
    });
}

/** TypeScript and JavaScript that we wrote: what templates write for users is theirs, what a program writes nobody reads. */
export function isSource(path: string): boolean {
  return /\.(ts|tsx|mjs|js)$/.test(path) && !/\/templates\/.*\/files\/|\/generated\//.test(path);
}

export type Import = { from: string; specifier: string };

/** Static and dynamic imports of a file. */
export function importsOf(file: SourceFile): Import[] {
  const found = file.text.matchAll(
    /^\s*(?:import|export)\b[^'"\n;]*?(?:from\s*)?['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|^\}\s*from\s*['"]([^'"\n]+)['"]/gm,
  );
  return [...found].map((match) => ({ from: file.path, specifier: (match[1] ?? match[2] ?? match[3]) as string }));
}

/** The workspace a path belongs to: `services/task-service`, `shared/platform`, `gateway`, … */
export function workspaceOf(path: string): string {
  const parts = path.split('/');
  return ['services', 'shared', 'infra'].includes(parts[0] ?? '') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
