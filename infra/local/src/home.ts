import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where everything that is kept lives: BUILDER_HOME, or a directory of the user's by the platform's custom. */
export function toHomeDirectory(env: Record<string, string | undefined>, platform: string = process.platform): string {
  if (env.BUILDER_HOME) return resolve(env.BUILDER_HOME);
  const userHome = env.HOME || homedir();
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(userHome, 'AppData', 'Local'), 'builder-ai');
  if (platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'builder-ai');
  // The XDG specification tells us to ignore a relative path.
  const data = env.XDG_DATA_HOME?.startsWith('/') ? env.XDG_DATA_HOME : join(userHome, '.local', 'share');
  return join(data, 'builder-ai');
}

/** Makes the directory for its owner alone, or throws an error whose message says what to do. */
export function makeHomeDirectory(home: string): void {
  try {
    if (!existsSync(home)) mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `Builder AI keeps its data in ${home}, which cannot be used (${code}${toOwner(home)}). ` +
        'Choose another directory: BUILDER_HOME=/some/directory npm start',
    );
  }
  if (!statSync(home).isDirectory()) throw new Error(`BUILDER_HOME is not a directory: ${home}`);
}

/** A start with sudo leaves directories that belong to root: naming the owner explains the refusal. */
function toOwner(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && stats.uid !== process.getuid?.() ? `, it belongs to user id ${stats.uid}` : '';
}
