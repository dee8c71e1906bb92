import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { findRun } from '../runs/run-store.ts';
import { findWorkspace } from './find-workspace.ts';
import { previewShape } from './preview-shape.ts';

/** Where the built pages can be looked at: an address that cannot be guessed and needs no cookie. */
export const getPreview = endpoint<Deps>({
  method: 'get',
  path: '/tasks/:id/preview',
  access: 'task.read',
  summary: 'Says where the built pages can be looked at',
  answers: { 200: previewShape },
  errors: ['TASK_NOT_FOUND', 'FILE_NOT_FOUND'],
  async handle({ deps, identity, params }) {
    const taskId = params.id as string;
    const { snapshot } = await findWorkspace(deps, identity, taskId);
    const run = await findRun(deps.db, taskId);
    if (!snapshot || !run) throw new AppError('FILE_NOT_FOUND', { detail: 'This task has no files yet.' });
    return { status: 200, body: { url: `/preview/${run.preview_token}/` } };
  },
});
