// The commands, put together.
import { Command } from 'commander';
import type { CliCommand, Options, Streams } from './command.ts';
import { answer } from './commands/answer.ts';
import { approve } from './commands/approve.ts';
import { cancel } from './commands/cancel.ts';
import { diff } from './commands/diff.ts';
import { doctor } from './commands/doctor.ts';
import { exportTask } from './commands/export.ts';
import { files } from './commands/files.ts';
import { fork } from './commands/fork.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { logs } from './commands/logs.ts';
import { ls } from './commands/ls.ts';
import { pause } from './commands/pause.ts';
import { replay } from './commands/replay.ts';
import { resume } from './commands/resume.ts';
import { rm } from './commands/rm.ts';
import { run } from './commands/run.ts';
import { show } from './commands/show.ts';
import type { Config } from './config.ts';
import type { Exit } from './exit-codes.ts';
import { newOutput } from './output.ts';
import { openSession } from './session.ts';

export const commands: readonly CliCommand[] = [
  login,
  logout,
  run,
  ls,
  show,
  logs,
  diff,
  files,
  approve,
  answer,
  pause,
  resume,
  cancel,
  fork,
  rm,
  exportTask,
  replay,
  doctor,
];

export type Program = { run(args: string[]): Promise<Exit>; commander: Command };

export type ProgramOptions = Streams & { config: Config; signal: AbortSignal };

export function newProgram({ config, signal, ...streams }: ProgramOptions): Program {
  let exit: Exit = 'ok';
  const program = new Command('builder')
    .description('Gives goals to Builder AI, watches them being built, and takes the files away.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    });
  for (const item of commands) {
    const command = item
      .declare(program.command(item.name).description(item.summary))
      .option('--json', 'results as JSON, for programs');
    command.action(async () => {
      const options = command.opts<Options>();
      const out = newOutput(streams.stdout, streams.stderr, { json: options.json === true, colour: config.colour });
      const args = command.args;
      const ended =
        item.needs === 'session'
          ? await item.run(await openSession(config, out, signal), args, options)
          : await item.run({ ...streams, config, out, signal }, args, options);
      exit = ended ?? 'ok';
    });
  }
  return {
    commander: program,
    async run(args) {
      await program.parseAsync(args, { from: 'user' });
      return exit;
    },
  };
}
