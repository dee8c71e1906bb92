import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';

export const files: CliCommand = {
  name: 'files',
  summary: 'list the files of a task, or print one of them',
  needs: 'session',
  declare: (command: Command) => command.argument('<task>', 'its id').argument('[path]', 'the file to print'),
  async run({ api, out }, [id = '', path]) {
    if (path === undefined) {
      const list = await dataOf(api.GET('/tasks/{id}/files', { params: { path: { id } } }));
      if (out.json) out.data(list, 2);
      else
        for (const file of list)
          out.line(
            `${file.mode}  ${String(file.size).padStart(9)}  ${file.path}${file.type === 'directory' ? '/' : ''}`,
          );
      return 'ok';
    }
    const call = api.GET('/tasks/{id}/files/{path}', { params: { path: { id, path } }, parseAs: 'arrayBuffer' });
    const bytes = Buffer.from((await dataOf(call)) as unknown as ArrayBuffer);
    if (out.json) out.data({ path, size: bytes.length, content_base64: bytes.toString('base64') }, 2);
    // As it is for a pipe, harmless for eyes.
    else if (out.isTerminal) out.text(bytes.toString('utf8'));
    else out.bytes(bytes);
    return 'ok';
  },
};
