// A built web client, as small as can be.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PAGE = '<!doctype html><title>Builder</title><script type="module" src="/assets/index-abc.js"></script>';
export const SCRIPT = 'export const answer = 42;\n';

export async function givenWebDirectory(): Promise<{ directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'web client '));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), PAGE);
  await writeFile(join(directory, 'assets', 'index-abc.js'), SCRIPT);
  await writeFile(join(directory, '.secret'), 'not for anybody');
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}
