import { dataOf } from '@builder-ai/client/client';
import type { LogEntry } from '@builder-ai/client/names';
import { type Command, Option } from 'commander';
import type { CliCommand } from '../command.ts';
import type { Output } from '../output.ts';
import type { Session } from '../session.ts';
import { exitOfTask, hintOf } from '../task-words.ts';
import { watchTask } from '../watch-task.ts';

const PAGE = 1_000;

export const logs: CliCommand = {
  name: 'logs',
  summary: 'print the log lines of a task, or with -f all that happens until it stands still',
  needs: 'session',
  declare: (command: Command) =>
    command
      .argument('<task>', 'its id')
      .option('-f, --follow', 'show the timeline from its beginning, and go on with what comes')
      .addOption(
        new Option('--level <level>', 'only lines of this level').choices(['debug', 'info', 'warning', 'error']),
      ),
  async run(session, [id = ''], options) {
    if (options.follow) return follow(session, id);
    for (let after = -(2 ** 31) + 1; ; ) {
      const query = {
        after,
        limit: PAGE,
        ...(options.level !== undefined && { level: options.level as LogEntry['level'] }),
      };
      const lines = await dataOf(session.api.GET('/tasks/{id}/logs', { params: { path: { id }, query } }));
      for (const line of lines) printLine(session.out, line);
      const last = lines.at(-1);
      if (!last || lines.length < PAGE) return 'ok';
      after = last.seq;
    }
  },
};

/** A task that stands still already is told to its last entry. */
async function follow(session: Session, id: string) {
  const { api, out } = session;
  const before = await dataOf(api.GET('/tasks/{id}', { params: { path: { id } } }));
  const task = await watchTask(session, id, 0, before);
  const hint = hintOf(task);
  if (hint) out.note(hint);
  return exitOfTask(task);
}

function printLine(out: Output, line: LogEntry): void {
  if (out.json) out.data(line);
  else out.line(`${line.timestamp} ${line.level.padEnd(7)} ${line.agent ?? '-'}  ${line.message}`);
}
