import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';

export const diff: CliCommand = {
  name: 'diff',
  summary: 'print what a task changed, as a unified diff',
  needs: 'session',
  declare: (command: Command) =>
    command.argument('<task>', 'its id').option('--step <index>', 'only what this step changed, counted from 0'),
  async run({ api, out }, [id = ''], options) {
    const step = options.step === undefined ? undefined : Number(options.step);
    if (step !== undefined && !Number.isInteger(step))
      throw new CliError('usage', '--step is a number, counted from 0.');
    const query = step === undefined ? {} : { step };
    const text = await dataOf(api.GET('/tasks/{id}/diff', { params: { path: { id }, query }, parseAs: 'text' }));
    if (out.json) out.data({ task_id: id, ...query, diff: text }, 2);
    // As it is for `git apply`, harmless for eyes.
    else if (out.isTerminal) out.text(text);
    else out.bytes(Buffer.from(text));
    return 'ok';
  },
};
