import Joi from 'joi';
import { defineTool, ToolFault } from './define-tool.ts';
import { readTextFile } from './text-file.ts';

type ReadFile = { path: string; from_line?: number; line_count?: number };

export const readFile = defineTool<ReadFile>({
  name: 'read_file',
  description:
    'Reads a text file of the workspace, as it is. Of a long file the middle is left out: ask for it by its lines.',
  input: Joi.object<ReadFile, true>({
    path: Joi.string().required().description('Relative to the workspace'),
    from_line: Joi.number().integer().min(1).description('The first line is 1'),
    line_count: Joi.number().integer().min(1),
  }),
  timeoutMs: 10_000,
  readOnly: true,
  summary: ({ path }) => `read ${path}`,
  async run({ path, from_line = 1, line_count = Number.POSITIVE_INFINITY }, { workspace }) {
    const { text } = await readTextFile(await workspace.open(), path);
    if (from_line === 1 && line_count === Number.POSITIVE_INFINITY) return { output: text };
    const lines = text.split('\n');
    if (from_line > lines.length) throw new ToolFault(`${path}: has ${lines.length} lines only.`);
    return { output: lines.slice(from_line - 1, from_line - 1 + line_count).join('\n') };
  },
});
