import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';
import { describeTask, exitOfTask } from '../task-words.ts';
import { watchTask } from '../watch-task.ts';

export const fork: CliCommand = {
  name: 'fork',
  summary: 'make a new task from this one as it was before a step',
  needs: 'session',
  declare: (command: Command) =>
    command
      .argument('<task>', 'its id')
      .requiredOption('--step <index>', 'the step that it begins with, counted from 0')
      .option('--goal <goal>', 'another goal')
      .option('-r, --run', 'run it at once')
      .option('-w, --watch', 'run it and show it as it runs'),
  async run(session, [parent = ''], options) {
    const { api, out } = session;
    const step = Number(options.step);
    if (!Number.isInteger(step)) throw new CliError('usage', '--step is a number, counted from 0.');
    const body = { at_step: step, ...(options.goal !== undefined && { goal: String(options.goal) }) };
    const header = { 'Idempotency-Key': crypto.randomUUID() };
    const made = await dataOf(api.POST('/tasks/{id}/fork', { params: { path: { id: parent }, header }, body }));
    const path = { id: made.id };
    if (options.run || options.watch) await dataOf(api.POST('/tasks/{id}/run-async', { params: { path, header } }));
    const task = options.watch ? await watchTask(session, made.id, made.seq) : made;
    if (out.json) out.data(task, options.watch ? undefined : 2);
    else if (options.watch) describeTask(out, task);
    else out.line(made.id);
    return options.watch ? exitOfTask(task) : 'ok';
  },
};
