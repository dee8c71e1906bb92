// Where the user has signed in: a file that nobody else may read.
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CliError } from './exit-codes.ts';

export type Credentials = { url: string; key: string };

/** Undefined before the first sign-in. */
export async function readCredentials(file: string): Promise<Credentials | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CliError('denied', `${file} cannot be read: ${error.message}`);
  });
  if (text === undefined) return undefined;
  try {
    const { url, key } = JSON.parse(text) as Partial<Credentials>;
    if (typeof url === 'string' && typeof key === 'string') return { url, key };
  } catch {
    // Falls through to the same words.
  }
  throw new CliError('denied', `${file} is damaged: sign in again with \`builder login\`.`);
}

/** The file is whole or as it was before, and is the user's alone from its first byte on. */
export async function writeCredentials(file: string, credentials: Credentials): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await chmod(part, 0o600);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

export const removeCredentials = (file: string): Promise<void> => rm(file, { force: true });
