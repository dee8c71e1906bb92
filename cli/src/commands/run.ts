import { dataOf } from '@builder-ai/client/client';
import type { Task } from '@builder-ai/client/names';
import { type Command, Option } from 'commander';
import type { CliCommand } from '../command.ts';
import { CliError } from '../exit-codes.ts';
import { describeTask, exitOfTask } from '../task-words.ts';
import { watchTask } from '../watch-task.ts';

export const run: CliCommand = {
  name: 'run',
  summary: 'make a task of a goal and run it',
  needs: 'session',
  declare: (command: Command) =>
    command
      .argument('<goal>', 'what to build, in plain words')
      .option('-w, --watch', 'show it as it runs; the program ends when the task stands still')
      .option('--project <id>', 'the project it belongs to; by default your own')
      .addOption(new Option('--mode <mode>', 'who builds').choices(['claude', 'chatgpt', 'local', 'multi', 'template']))
      .addOption(new Option('--approval <what>', 'what waits for you').choices(['none', 'plan', 'step']))
      .option('--cap <dollars>', 'the most it may cost')
      .option('--key <key>', 'an Idempotency-Key: the same one makes no second task'),
  async run(session, [goal = ''], options) {
    const { api, out } = session;
    const cap = options.cap === undefined ? undefined : Number(options.cap);
    if (cap !== undefined && !(cap >= 0)) throw new CliError('usage', '--cap is dollars, such as 1.50.');
    const body = {
      goal,
      ...(options.project !== undefined && { project_id: String(options.project) }),
      ...(options.mode !== undefined && { agent_mode: options.mode as Task['agent_mode'] }),
      ...(options.approval !== undefined && { approval: options.approval as Task['approval'] }),
      ...(cap !== undefined && { budget: { cap_micro_usd: Math.round(cap * 1e6) } }),
    };
    // Sent again after an answer that was lost, it would make a second task.
    const key = String(options.key ?? crypto.randomUUID());
    const header = { 'Idempotency-Key': key };
    const { id } = await dataOf(api.POST('/tasks', { body, params: { header } }));
    await dataOf(api.POST('/tasks/{id}/run-async', { params: { path: { id }, header } }));
    if (!options.watch) {
      if (out.json) out.data(await dataOf(api.GET('/tasks/{id}', { params: { path: { id } } })), 2);
      else out.line(id);
      out.note(`It runs. Watch it with \`builder logs -f ${id}\`.`);
      return 'ok';
    }
    out.note(`Task ${id}`);
    const task = await watchTask(session, id, 0);
    if (out.json) out.data(task);
    else describeTask(out, task);
    return exitOfTask(task);
  },
};
