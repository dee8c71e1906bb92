import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';

export const exportTask: CliCommand = {
  name: 'export',
  summary: 'save all files of a task as a zip, or its recording',
  needs: 'session',
  declare: (command: Command) =>
    command
      .argument('<task>', 'its id')
      .option('-o, --output <file>', 'where to; - is the standard output')
      .option('--recording', 'the whole run as one file, for `builder replay`')
      .option('--force', 'over a file that is there'),
  async run({ api, out }, [id = ''], options) {
    const call = { params: { path: { id } }, parseAs: 'stream' } as const;
    const stream = options.recording
      ? await dataOf(api.GET('/tasks/{id}/recording', call))
      : await dataOf(api.GET('/tasks/{id}/archive', call));
    const source = Readable.fromWeb(stream as unknown as ReadableStream<Uint8Array>);
    const file = String(options.output ?? `${id}.${options.recording ? 'jsonl' : 'zip'}`);
    if (file === '-') {
      for await (const chunk of source) out.bytes(chunk as Uint8Array);
      return 'ok';
    }
    const target = createWriteStream(file, { flags: options.force ? 'w' : 'wx' });
    await pipeline(source, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new CliError('usage', `${file} is there already: --force writes over it.`);
      // Half a file is none.
      await rm(file, { force: true });
      throw error;
    });
    if (out.json) out.data({ task_id: id, file, bytes: target.bytesWritten }, 2);
    else out.line(file);
    return 'ok';
  },
};
