// Compresses what was built, once, so that nothing is compressed while it is served.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(html|js|css|svg|json|txt)$/;
/** Smaller ones fit into one packet anyway. */
const MIN_BYTES = 1_024;
const WAYS = { '.br': promisify(brotliCompress), '.gz': promisify(gzip) };

/** Beside each file of text its `.br` and `.gz`; the gateway sends those to browsers that take them. */
export function compressFiles(): Plugin {
  let directory = '';
  return {
    name: 'compress-files',
    apply: 'build',
    configResolved({ root, build }) {
      directory = join(root, build.outDir);
    },
    async closeBundle() {
      const files = (await readdir(directory, { recursive: true })).filter((file) => TEXT.test(file));
      await Promise.all(files.map((file) => compressFile(join(directory, file))));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < MIN_BYTES) return;
  await Promise.all(
    Object.entries(WAYS).map(async ([ending, compress]) => writeFile(path + ending, await compress(content))),
  );
}
