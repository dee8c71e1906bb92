import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { listFiles as listTreeFiles } from '../workspace/tree-files.ts';
import { findWorkspace } from './find-workspace.ts';

export const listFiles = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id/files',
  access: 'task.read',
  async handle({ deps, identity, params }) {
    const { gitDir, snapshot } = await findWorkspace(deps, identity, params.id as string);
    return { status: 200, body: snapshot ? await listTreeFiles(gitDir, snapshot) : [] };
  },
});
