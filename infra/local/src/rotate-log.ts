import { renameSync, statSync } from 'node:fs';

const LIMIT_BYTES = 10_000_000;

/** At a start, puts a log file that has grown large aside, in place of the one put aside before. */
export function rotateLog(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LIMIT_BYTES) renameSync(file, `${file}.1`);
}
