// How a template's check is started: our own program with a directory, nothing that anybody wrote as a command.
import { fileURLToPath } from 'node:url';

/** @param template a name of the list in index.ts */
export function checkArgv(template: string, directory: string): string[] {
  return [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL(`./${template}/check.ts`, import.meta.url)),
    directory,
  ];
}
