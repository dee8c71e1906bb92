import { spawn } from 'node:child_process';
import Joi from 'joi';
import { checkArgv } from '../templates/check-workspace.ts';
import { templateNames } from '../templates/index.ts';
import { defineTool, MAX_OUTPUT_LENGTH, ToolFault } from './define-tool.ts';

type RunCheck = { template: string };

/** Our own check of our own template, by a fixed command line and without a shell: nothing the user wrote is a command. */
export const runCheck = defineTool<RunCheck>({
  name: 'run_check',
  description: "Runs the template's check, which uses what was built.",
  input: Joi.object<RunCheck, true>({
    template: Joi.string()
      .valid(...templateNames)
      .required(),
  }),
  timeoutMs: 30_000,
  summary: ({ template }) => `check the ${template}`,
  async run({ template }, { workspace, signal }) {
    const { code, output } = await runToEnd(checkArgv(template, await workspace.open()), signal);
    if (code !== 0) throw new ToolFault(`The check failed:\n${output}`);
    return { output };
  },
});

function runToEnd(argv: string[], signal: AbortSignal): Promise<{ code: number | null; output: string }> {
  const [program, ...args] = argv as [string, ...string[]];
  return new Promise((resolve, reject) => {
    // A process group of its own, so that whatever the check started ends with it.
    const child = spawn(program, args, {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const endGroup = () => {
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // The group has ended by itself.
      }
    };
    let output = '';
    const collect = (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT_LENGTH) output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    signal.addEventListener('abort', endGroup, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', endGroup);
      endGroup();
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, output: output.trim() });
    });
  });
}
