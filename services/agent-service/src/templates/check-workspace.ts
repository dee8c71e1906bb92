// How a template's check is started: our own program with a directory, nothing that anybody wrote as a command.
import { fileURLToPath } from 'node:url';

/**
 * The whole command line, for spawn without a shell. It needs nothing of the environment but PATH.
 * @param template a name of the list in index.ts; anything else is refused by its letters
 */
export function checkArgv(template: string, directory: string): string[] {
  if (!/^[a-z]+(?:-[a-z]+)*$/.test(template)) throw new Error(`${JSON.stringify(template)} is not a template's name.`);
  const program = fileURLToPath(new URL(`./${template}/check.ts`, import.meta.url));
  return [process.execPath, '--disable-warning=ExperimentalWarning', program, directory];
}
