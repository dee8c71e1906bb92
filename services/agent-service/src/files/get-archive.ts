import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { archive } from '../workspace/tree-files.ts';
import { findWorkspace } from './find-workspace.ts';

/** All files as a zip. */
export const getArchive = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id/archive',
  access: 'task.read',
  summary: 'Gives all files as a zip',
  answers: { 200: { media: ['application/zip'], description: 'All files.' } },
  errors: ['TASK_NOT_FOUND', 'FILE_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const taskId = params.id as string;
    const { gitDir, snapshot } = await findWorkspace(deps, identity, taskId);
    if (!snapshot) throw new AppError('FILE_NOT_FOUND', { detail: 'This task has no files yet.' });
    const name = taskId.replace(/[^A-Za-z0-9_-]/g, '_');
    return {
      status: 200,
      stream: () => archive(gitDir, snapshot.tree),
      headers: {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="${name}.zip"`,
        // The same files, though a zip has the time in it.
        etag: `W/"${snapshot.tree}"`,
      },
    };
  },
});
