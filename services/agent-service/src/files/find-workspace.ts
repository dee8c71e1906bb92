// Finds the recorded workspace of a task that the caller may see.
import type { Identity } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import { mayIn } from '@builder-ai/platform/project-access';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { findCommittedTree, findRecordedTree } from '../ledger/read-ledger.ts';
import { findRun } from '../runs/run-store.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import { repositoryOf } from '../workspace/workspace.ts';

export type FoundWorkspace = { gitDir: string; snapshot: Snapshot | null };

/**
 * @returns whether this service knows the task: one that was never run it need not know
 * @throws AppError TASK_NOT_FOUND also for a task of a project that the caller is no member of
 */
export async function checkMayRead(deps: Deps, identity: Identity, taskId: string): Promise<boolean> {
  const run = await findRun(deps.db, taskId);
  // A task that was never run is not known here yet; only task-service can tell whether there is one.
  const owner =
    run ?? (await deps.taskService.find<{ owner_id: string }>(`/internal/tasks/${encodeURIComponent(taskId)}/owner`));
  if (!owner || !mayIn(identity, owner.owner_id, 'viewer')) throw new AppError('TASK_NOT_FOUND');
  return run !== undefined;
}

/**
 * The workspace after the last finished call; null when nothing was made yet.
 * @throws AppError as checkMayRead
 */
export async function findWorkspace(deps: Deps, identity: Identity, taskId: string): Promise<FoundWorkspace> {
  const isKnown = await checkMayRead(deps, identity, taskId);
  return isKnown ? recordedWorkspace(deps, taskId) : { gitDir: '', snapshot: null };
}

export async function recordedWorkspace(deps: Deps, taskId: string): Promise<FoundWorkspace> {
  const snapshot = await findRecordedTree(deps.db, taskId);
  return { gitDir: repositoryOf(deps.workspaceRoot, taskId), snapshot };
}

/** Which moment is asked for: that after the step which ended with this commit, or without one the newest. */
export type Moment = { commit?: string };

export const momentQuery = Joi.object<Moment>({ commit: Joi.string().pattern(/^[0-9a-f]{40}$/) });

/** @throws AppError FILE_NOT_FOUND when no step of this task ended with that commit, and as findWorkspace does */
export async function findWorkspaceAt(
  deps: Deps,
  identity: Identity,
  taskId: string,
  { commit }: Moment,
): Promise<FoundWorkspace> {
  const found = await findWorkspace(deps, identity, taskId);
  if (commit === undefined) return found;
  const snapshot = await findCommittedTree(deps.db, taskId, commit);
  if (!snapshot) throw new AppError('FILE_NOT_FOUND', { detail: 'No step of this task ended with that commit.' });
  return { ...found, snapshot };
}
