import { rm } from 'node:fs/promises';

/**
 * Removes a directory whole; what is not there is no fault. It is tried again where something was made in it meanwhile: a
 * sandbox that is being made ahead makes its mount point there.
 */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}
