import { listOf } from '@builder-ai/contracts/shape';
import { workspaceFileShape } from '@builder-ai/contracts/shapes/workspace-file';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { listFiles as listTreeFiles } from '../workspace/tree-files.ts';
import { findWorkspaceAt, type Moment, momentQuery } from './find-workspace.ts';

/** What is in the workspace: now, or as it was after a step. */
export const listFiles = endpoint<Deps, undefined, Moment>({
  method: 'get',
  path: '/tasks/:id/files',
  access: 'task.read',
  summary: 'Lists the files of a task',
  answers: { 200: listOf(workspaceFileShape) },
  errors: ['TASK_NOT_FOUND', 'FILE_NOT_FOUND'],
  query: momentQuery,
  async handle({ deps, identity, params, query }) {
    const { gitDir, snapshot } = await findWorkspaceAt(deps, identity, params.id as string, query);
    return { status: 200, body: snapshot ? await listTreeFiles(gitDir, snapshot) : [] };
  },
});
