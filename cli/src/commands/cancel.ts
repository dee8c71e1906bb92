import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';

export const cancel: CliCommand = {
  name: 'cancel',
  summary: 'end a task; what was made is kept',
  needs: 'session',
  declare: (command: Command) => command.argument('<task>', 'its id'),
  async run({ api, out }, [id = '']) {
    const task = await dataOf(api.POST('/tasks/{id}/cancel', { params: { path: { id } } }));
    if (out.json) out.data(task, 2);
    else out.line(task.status === 'cancelled' ? `${id} is cancelled.` : `${id} is being cancelled.`);
    return 'ok';
  },
};
