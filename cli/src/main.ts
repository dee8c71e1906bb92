// The program `builder`: reads the command, does it, and ends with a code that says how it went.
import { ApiProblem } from '@builder-ai/client/api-problem';
import { CommanderError } from 'commander';
import { readCliConfig } from './config.ts';
import { CliError, type Exit, exitCodes, exitOfStatus } from './exit-codes.ts';
import { newProgram } from './program.ts';
import { toTerminalJson, toTerminalText } from './terminal-text.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
// Whoever reads our output has had enough: `builder ls | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const config = readCliConfig();
const { stdin, stdout, stderr } = process;

try {
  const exit = await newProgram({ config, stdin, stdout, stderr, signal: interrupted.signal }).run(
    process.argv.slice(2),
  );
  process.exitCode = exitCodes[exit].code;
} catch (error) {
  process.exitCode = exitCodes[interrupted.signal.aborted ? 'interrupted' : explain(error)].code;
}

function explain(error: unknown): Exit {
  // Commander has told its own.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
  if (interrupted.signal.aborted) return 'interrupted';
  const exit = exitOf(error);
  if (process.argv.includes('--json'))
    stderr.write(`${toTerminalJson({ error: toData(error), exit_code: exitCodes[exit].code })}\n`);
  else stderr.write(`${toTerminalText(toWords(error))}\n`);
  return exit;
}

function exitOf(error: unknown): Exit {
  if (error instanceof CliError) return error.exit;
  return error instanceof ApiProblem ? exitOfStatus(error.shown.status) : 'failed';
}

function toData(error: unknown) {
  return error instanceof ApiProblem ? error.shown : { title: 'Failed', detail: (error as Error).message };
}

function toWords(error: unknown): string {
  if (!(error instanceof ApiProblem)) return (error as Error).message;
  const { detail, code, errors = [], retryAfterSeconds, request_id, status } = error.shown;
  return [
    code ? `${detail} (${code})` : detail,
    ...errors.map(({ field, message }) => `  ${field}: ${message}`),
    ...(status === 401 ? ['Run `builder login`.'] : []),
    ...(retryAfterSeconds === undefined ? [] : [`Try again in ${retryAfterSeconds} s.`]),
    ...(status !== undefined && status >= 500 && request_id ? [`For the operator: request ${request_id}.`] : []),
  ].join('\n');
}
