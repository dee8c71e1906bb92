// Directories that are there for something to be mounted on, as long as anybody has it mounted: removing one would take the
// mount away wherever it is.
import { mkdirSync, rmdirSync } from 'node:fs';

const users = new Map<string, number>();

/** @throws Error when it cannot be made */
export function holdMountPoint(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  users.set(path, (users.get(path) ?? 0) + 1);
}

export function releaseMountPoint(path: string): void {
  const left = (users.get(path) ?? 1) - 1;
  if (left > 0) {
    users.set(path, left);
    return;
  }
  users.delete(path);
  try {
    rmdirSync(path);
  } catch {
    // It went with the workspace.
  }
}
