// A built web client, as small as can be.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export const PAGE = '<!doctype html><title>Builder</title><script type="module" src="/assets/index-abc.js"></script>';
export const SCRIPT = 'export const answer = 42;\n';
/** A script of which there are compressed forms, as the build makes them. */
export const LONG_SCRIPT = 'export const answer = 42;\n'.repeat(100);

export async function givenWebDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'web client '));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), PAGE);
  await writeFile(join(directory, 'assets', 'index-abc.js'), SCRIPT);
  const long = join(directory, 'assets', 'long-abc.js');
  await writeFile(long, LONG_SCRIPT);
  await writeFile(`${long}.br`, brotliCompressSync(LONG_SCRIPT));
  await writeFile(`${long}.gz`, gzipSync(LONG_SCRIPT));
  await writeFile(join(directory, '.secret'), 'not for anybody');
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
