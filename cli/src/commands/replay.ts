import { readFile } from 'node:fs/promises';
import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';

export const replay: CliCommand = {
  name: 'replay',
  summary: 'run a recording again on the server, and say whether all became as recorded',
  needs: 'session',
  declare: (command: Command) => command.argument('<file>', 'as `builder export --recording` saved it'),
  async run({ api, out }, [file = '']) {
    const recording = await readFile(file, 'utf8').catch((error: Error) => {
      throw new CliError('usage', `${file} cannot be read: ${error.message}`);
    });
    const call = api.POST('/recordings/replay', {
      body: recording,
      bodySerializer: (body) => body,
      headers: { 'content-type': 'application/jsonl' },
    });
    const result = await dataOf(call);
    if (out.json) out.data(result, 2);
    else if (result.identical)
      out.line(`Identical: ${result.calls} calls, ${result.files} files, ${result.events} events.`, 'green');
    else for (const difference of result.differences) out.line(difference, 'red');
    return result.identical ? 'ok' : 'failed';
  },
};
