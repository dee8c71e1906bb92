import Joi from 'joi';
import { defineTool } from './define-tool.ts';

type WriteFile = { path: string; content: string; executable?: boolean };

const MAX_FILE_BYTES = 5 * 1024 * 1024;

export const writeFile = defineTool<WriteFile>({
  name: 'write_file',
  description: 'Writes a text file of the workspace, whole. Directories on the way are made.',
  input: Joi.object<WriteFile, true>({
    path: Joi.string().required().description('Relative to the workspace: letters, digits, _ - . /'),
    content: Joi.string().allow('').max(MAX_FILE_BYTES, 'utf8').required(),
    executable: Joi.boolean(),
  }),
  timeoutMs: 10_000,
  summary: ({ path }) => `write ${path}`,
  async run({ path, content, executable }, { workspace }) {
    const change = await workspace.writeFile(path, content, executable);
    const size = Buffer.byteLength(content);
    const verb = change === 'created' ? 'created' : 'rewrote';
    return { output: `Successfully ${verb} ${path} (${size} bytes)`, changes: [{ path, change, size }] };
  },
});
