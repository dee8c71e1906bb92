import Joi from 'joi';
import { defineTool, ToolFault } from './define-tool.ts';
import { MAX_FILE_BYTES, readTextFile } from './text-file.ts';

type EditFile = { path: string; old_text: string; new_text: string; all?: boolean };

export const editFile = defineTool<EditFile>({
  name: 'edit_file',
  description:
    'Replaces text of a file, exactly: old_text must occur once, or as often as it likes with "all". Read the file first.',
  input: Joi.object<EditFile, true>({
    path: Joi.string().required().description('Relative to the workspace'),
    old_text: Joi.string().max(MAX_FILE_BYTES, 'utf8').required(),
    new_text: Joi.string().allow('').max(MAX_FILE_BYTES, 'utf8').required(),
    all: Joi.boolean().description('Replace every occurrence'),
  }),
  timeoutMs: 10_000,
  summary: ({ path }) => `edit ${path}`,
  async run({ path, old_text, new_text, all = false }, { workspace }) {
    const { text, executable } = await readTextFile(await workspace.open(), path);
    const parts = text.split(old_text);
    const count = parts.length - 1;
    if (count === 0) throw new ToolFault(`${path}: old_text does not occur in it. ${hint(text, old_text)}`.trim());
    if (count > 1 && !all) {
      throw new ToolFault(
        `${path}: old_text occurs ${count} times. Give more of the text around it, or set "all" to replace each.`,
      );
    }
    const content = parts.join(new_text);
    const size = Buffer.byteLength(content);
    if (size > MAX_FILE_BYTES) throw new ToolFault(`${path}: would be too large (${size} bytes).`);
    const change = await workspace.writeFile(path, content, executable);
    return { output: `Successfully edited ${path} (${count} ×, ${size} bytes)`, changes: [{ path, change, size }] };
  },
});

/** The two slips that models make most. */
function hint(text: string, old: string): string {
  if (text.replaceAll('\r\n', '\n').includes(old)) return 'The file has line ends of Windows (\\r\\n).';
  const bare = (words: string) => words.replace(/\s+/g, ' ').trim();
  return bare(text).includes(bare(old)) ? 'It does with other spaces or line ends.' : '';
}
