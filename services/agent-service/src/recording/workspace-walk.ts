import { createHash } from 'node:crypto';
import type { Snapshot } from '../workspace/snapshot.ts';
import { listFiles, readBlobs } from '../workspace/tree-files.ts';
import type { RecordedFile } from './recording.ts';

/** Every file, directory and link of a recorded workspace, with what tells their contents apart. */
export async function walkOf(gitDir: string, snapshot: Snapshot | null): Promise<RecordedFile[]> {
  if (!snapshot) return [];
  const hashes = new Map<string, string>();
  for await (const { path, content } of readBlobs(gitDir, snapshot.tree))
    hashes.set(path, createHash('sha256').update(content).digest('hex'));
  const files = await listFiles(gitDir, snapshot);
  return files.map(({ path, type, mode }) => ({
    type: 'file',
    path,
    kind: type,
    mode,
    sha256: hashes.get(path) ?? '',
  }));
}
