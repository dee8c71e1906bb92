import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { findTaskByPreviewToken } from '../runs/run-store.ts';
import { checkFilePath } from '../workspace/file-path.ts';
import { readTreeFile } from '../workspace/tree-files.ts';
import { answerFile } from './answer-file.ts';
import { recordedWorkspace } from './find-workspace.ts';
import { joinPath } from './get-file.ts';

/**
 * A built page with its scripts. It is sandboxed into an origin of its own: it has no cookies, cannot call the API and
 * cannot reach the page that shows it. Whoever has the token may look.
 */
export const getPreviewFile = endpoint<Deps>({
  method: 'get',
  path: '/preview/:token/{*path}',
  access: 'public',
  summary: 'Shows a built page, sandboxed into an origin of its own',
  answers: { 200: { media: ['*/*'], description: 'Of the type that its name says.' } },
  errors: ['FILE_NOT_FOUND', 'PATH_EMPTY', 'PATH_INVALID', 'PATH_CHARACTERS'],
  async handle({ deps, params }) {
    const path = checkFilePath(joinPath(params.path) || 'index.html');
    const taskId = await findTaskByPreviewToken(deps.db, params.token as string);
    if (!taskId) throw new AppError('FILE_NOT_FOUND');
    const { gitDir, snapshot } = await recordedWorkspace(deps, taskId);
    if (!snapshot) throw new AppError('FILE_NOT_FOUND');
    const file = await readTreeFile(gitDir, snapshot.tree, path);
    return answerFile(path, file, {
      'content-security-policy': 'sandbox allow-scripts allow-forms allow-modals',
      // A sandboxed page has the opaque origin `null`: its own style sheets and scripts are cross-origin to it.
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'referrer-policy': 'no-referrer',
    });
  },
});
