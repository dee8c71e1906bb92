import { dataOf } from '@builder-ai/client/client';
import type { Task } from '@builder-ai/client/names';
import { type Command, Option } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';
import { colourOf, markOf } from '../task-words.ts';
import { toLine } from '../terminal-text.ts';

const STATUSES = ['queued', 'in_progress', 'waiting', 'completed', 'failed', 'cancelled'];

export const ls: CliCommand = {
  name: 'ls',
  summary: 'list tasks, newest first',
  needs: 'session',
  declare: (command: Command) =>
    command
      .addOption(new Option('-s, --status <status>', 'only those').choices(STATUSES))
      .option('-q, --query <words>', 'only those whose goal or title has these words')
      .option('--project <id>', 'only those of this project')
      .option('-n, --limit <count>', 'how many at most, up to 100', '20'),
  async run({ api, out }, _args, options) {
    const limit = Number(options.limit);
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw new CliError('usage', '--limit is 1 to 100.');
    const query = {
      limit,
      ...(options.status !== undefined && { status: options.status as Task['status'] }),
      ...(options.query !== undefined && { q: String(options.query) }),
      ...(options.project !== undefined && { project_id: String(options.project) }),
    };
    const tasks = await dataOf(api.GET('/tasks', { params: { query } }));
    if (out.json) out.data(tasks, 2);
    else if (tasks.length === 0) out.note('No tasks.');
    else
      for (const { id, status, title } of tasks)
        out.line(`${id}  ${markOf(status)} ${status.padEnd(11)}  ${toLine(title, 80)}`, colourOf(status));
    return 'ok';
  },
};
