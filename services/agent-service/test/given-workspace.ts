import type { Snapshot } from '../src/workspace/snapshot.ts';
import { newWorkspace, type Workspace } from '../src/workspace/workspace.ts';

/** A workspace that is there. */
export async function openWorkspace(
  root: string,
  taskId: string,
  epoch: number,
  from: Snapshot | null,
): Promise<Workspace> {
  const workspace = newWorkspace(root, taskId, epoch, from);
  await workspace.open();
  return workspace;
}
