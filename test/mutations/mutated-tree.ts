// A copy of the working tree in a temporary directory, in which one file at a time is changed.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Mutation } from './mutation.ts';

export type Replacement = Pick<Mutation, 'name' | 'file' | 'from' | 'to'>;

export type MutatedTree = {
  root: string;
  /** Changes the file. @returns what changes it back @throws Error when the text is not there exactly once */
  apply(mutation: Replacement): () => void;
  close(): void;
};

const OURS = '@builder-ai';

/** @param root of the working tree, as git knows it, with what is not committed yet */
export function openMutatedTree(root: string): MutatedTree {
  // Jest compares paths, and a temporary directory may be a link.
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'builder-mutations-')));
  for (const path of listFiles(root)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(root, path), join(copy, path));
  }
  for (const service of ['gateway', ...readdirSync(join(root, 'services')).map((name) => `services/${name}`)]) {
    const generated = join(service, 'src/generated');
    if (existsSync(join(root, generated))) cpSync(join(root, generated), join(copy, generated), { recursive: true });
    linkPackages(join(root, service), join(copy, service));
  }
  linkPackages(root, copy);
  const close = () => rmSync(copy, { recursive: true, force: true });
  // Whoever is told to end leaves nothing behind.
  process.once('exit', close);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return {
    root: copy,
    apply(mutation) {
      const path = join(copy, mutation.file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, mutate(text, mutation));
      return () => writeFileSync(path, text);
    },
    close,
  };
}

/** @throws Error when what is to be replaced does not occur exactly once */
export function mutate(text: string, { name, file, from, to }: Replacement): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${name}: its text occurs ${parts.length - 1} times in ${file}, not once.`);
  return parts.join(to);
}

function listFiles(root: string): string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64e6 });
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** Other people's packages are those of the tree; ours are the copy's own, or nothing would be mutated. */
function linkPackages(from: string, to: string): void {
  const [source, target] = [join(from, 'node_modules'), join(to, 'node_modules')];
  if (!existsSync(source)) return;
  mkdirSync(target);
  for (const name of readdirSync(source))
    if (name === OURS) cpSync(join(source, name), join(target, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(source, name), join(target, name));
}
