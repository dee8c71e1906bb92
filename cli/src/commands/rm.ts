import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';

export const rm: CliCommand = {
  name: 'rm',
  summary: 'delete tasks with all that they made; those that run are ended first',
  needs: 'session',
  declare: (command: Command) =>
    command.argument('<task...>', 'their ids').option('-y, --yes', 'yes, there is no way back'),
  async run({ api, out }, ids, options) {
    if (!options.yes)
      throw new CliError(
        'usage',
        'What is deleted does not come back: say --yes. `builder cancel` keeps what was made.',
      );
    for (const id of ids) {
      await dataOf(api.DELETE('/tasks/{id}', { params: { path: { id } } }));
      if (!out.json) out.line(`${id} is deleted.`);
    }
    if (out.json) out.data({ deleted: ids }, 2);
    return 'ok';
  },
};
