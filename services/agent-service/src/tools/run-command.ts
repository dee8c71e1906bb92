import Joi from 'joi';
import { defineTool, MAX_OUTPUT_LENGTH, ToolFault } from './define-tool.ts';

type RunCommand = { command: string; timeout_seconds?: number };

const MAX_COMMAND_LENGTH = 8_000;
const MAX_SECONDS = 600;
const DEFAULT_SECONDS = 120;
const SHOWN_LENGTH = 200;

export const RUN_COMMAND = 'run_command';

export const runCommand = defineTool<RunCommand>({
  name: RUN_COMMAND,
  description:
    'Runs a shell command in the workspace, without network and input. What it leaves in the workspace stays; what it leaves running ends with it.',
  input: Joi.object<RunCommand, true>({
    command: Joi.string().max(MAX_COMMAND_LENGTH).required(),
    timeout_seconds: Joi.number().integer().min(1).max(MAX_SECONDS),
  }),
  timeoutMs: (MAX_SECONDS + 10) * 1000,
  summary: ({ command }) => `run ${command.slice(0, SHOWN_LENGTH)}`,
  async run({ command, timeout_seconds = DEFAULT_SECONDS }, { workspace, signal, sandbox, onOutput }) {
    if (!sandbox) {
      throw new ToolFault(
        'Commands cannot be run here: this machine has no sandbox for them (install bubblewrap). Go on without commands.',
      );
    }
    const result = await sandbox.run(command, {
      directory: await workspace.open(),
      signal,
      timeoutMs: timeout_seconds * 1000,
      maxOutputBytes: MAX_OUTPUT_LENGTH,
      expectMore: true,
      ...(onOutput && { onOutput }),
    });
    if (result.ended === 'time')
      throw new ToolFault(`The command was ended after ${timeout_seconds} s.\n${result.output}`);
    if (result.ended === 'output') throw new ToolFault(`The command was ended: it printed too much.\n${result.output}`);
    return { output: `${result.output}\nExit code ${result.code}`.trim() };
  },
});
