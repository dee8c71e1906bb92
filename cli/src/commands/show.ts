import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { describeTask } from '../task-words.ts';

export const show: CliCommand = {
  name: 'show',
  summary: 'show a task: its status, steps, cost and what it waits for',
  needs: 'session',
  declare: (command: Command) => command.argument('<task>', 'its id'),
  async run({ api, out }, [id = '']) {
    const task = await dataOf(api.GET('/tasks/{id}', { params: { path: { id } } }));
    if (out.json) out.data(task, 2);
    else describeTask(out, task);
    return 'ok';
  },
};
