// A program that does one thing with the directory that its user names.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { toMessage } from '../error-message.ts';

export type DirectoryProgram = {
  usage: string;
  /** What is said before the reason when it fails. */
  failed: string;
  run(directory: string): Promise<void>;
};

/** Exit codes: 1 when it fails, 2 for arguments that are not those of the usage. */
export async function onDirectory({ usage, failed, run }: DirectoryProgram): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true, strict: false });
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1 || process.argv.slice(2).some((word) => word.startsWith('-'))) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  try {
    // npm changes to the repository's directory first; the user means a path from where they are.
    await run(resolve(process.env.INIT_CWD ?? '.', directory));
  } catch (error) {
    console.error(`${failed}: ${toMessage(error)}`);
    process.exitCode = 1;
  }
}
