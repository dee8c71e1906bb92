// How a command is declared: a file for each, and a word in program.ts.
import type { Command } from 'commander';
import type { Config } from './config.ts';
import type { Exit } from './exit-codes.ts';
import type { Output } from './output.ts';
import type { Session } from './session.ts';

export type Streams = { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream };

/** What a command that nobody has to be signed in for works with. */
export type Plain = Streams & { config: Config; out: Output; signal: AbortSignal };

export type CliCommand = {
  /** Adds arguments and options. */
  declare(command: Command): Command;
  name: string;
  summary: string;
} & (
  | { needs: 'session'; run(session: Session, args: string[], options: Options): Promise<Exit | undefined> }
  | { needs: 'nothing'; run(plain: Plain, args: string[], options: Options): Promise<Exit | undefined> }
);

export type Options = Record<string, string | boolean | undefined>;
