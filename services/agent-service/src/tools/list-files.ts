import { lstat, readlink } from 'node:fs/promises';
import Joi from 'joi';
import { checkFilePath } from '../workspace/file-path.ts';
import { type Found, walkInside } from '../workspace/open-inside.ts';
import { defineTool } from './define-tool.ts';

type ListFiles = { path?: string };

const MAX_ENTRIES = 1_000;

export const listFiles = defineTool<ListFiles>({
  name: 'list_files',
  description: 'Lists the files below a directory of the workspace; what is in node_modules only when it is asked for.',
  input: Joi.object<ListFiles, true>({
    path: Joi.string().description('Relative to the workspace; all of it when left out'),
  }),
  timeoutMs: 20_000,
  readOnly: true,
  summary: ({ path }) => `list ${path ?? 'the files'}`,
  async run({ path }, { workspace, signal }) {
    const lines: string[] = [];
    for await (const found of walkInside(await workspace.open(), path === undefined ? '' : checkFilePath(path))) {
      signal.throwIfAborted();
      if (lines.length === MAX_ENTRIES) {
        lines.push(`… there is more than ${MAX_ENTRIES} entries: ask for one directory.`);
        break;
      }
      lines.push(await describe(found));
    }
    return { output: lines.join('\n') || 'There is nothing.' };
  },
});

async function describe({ path, kind, place }: Found): Promise<string> {
  if (kind === 'directory') return `${path}/`;
  if (kind === 'link') return `${path} -> ${await readlink(place)}`;
  if (kind === 'other') return `${path} (neither file, directory nor link)`;
  return `${path} (${(await lstat(place)).size} bytes)`;
}
