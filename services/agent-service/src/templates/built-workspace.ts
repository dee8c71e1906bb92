// Builds a template into a directory for tests, and runs its check there as the product does.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { checkArgv } from './check-workspace.ts';
import type { Template } from './template.ts';

/** Runs `use` in a fresh build, in a directory whose name has to be quoted by whoever would use a shell. */
export async function withBuild(template: Template, goal: string, use: (directory: string) => unknown): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "built it's $HOME & more "));
  try {
    for (const { path, content, executable } of template.steps(goal).flatMap((step) => step.files)) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (executable) chmodSync(file, 0o755);
    }
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export type Checked = { code: number | null; report: string; elapsedMs: number };

export function checkBuild(template: Template, directory: string): Promise<Checked> {
  const [program, ...args] = checkArgv(template.name, directory) as [string, ...string[]];
  const started = performance.now();
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { timeout: 30_000, env: { PATH: process.env.PATH } },
      (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, report: stdout + stderr, elapsedMs: performance.now() - started }),
    );
  });
}

/** Every file below the directory with its bytes. */
export function walk(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(directory, path), readFileSync(path, 'base64')]));
}
