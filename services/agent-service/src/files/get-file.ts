import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { checkFilePath } from '../workspace/file-path.ts';
import { readTreeFile } from '../workspace/tree-files.ts';
import { answerFile } from './answer-file.ts';
import { findWorkspaceAt, type Moment, momentQuery } from './find-workspace.ts';

/** A file's bytes, now or as they were after a step. Shown in a browser it can do nothing: no script, no access to the page around it. */
export const getFile = endpoint<Deps, undefined, Moment>({
  method: 'get',
  path: '/tasks/:id/files/{*path}',
  access: 'task.read',
  summary: 'Gives a file’s bytes',
  answers: { 200: { media: ['*/*'], description: 'Of the type that its name says.' } },
  errors: ['TASK_NOT_FOUND', 'FILE_NOT_FOUND', 'PATH_EMPTY', 'PATH_INVALID', 'PATH_CHARACTERS'],
  query: momentQuery,
  async handle({ deps, identity, params, query }) {
    const path = checkFilePath(joinPath(params.path));
    const { gitDir, snapshot } = await findWorkspaceAt(deps, identity, params.id as string, query);
    if (!snapshot) throw new AppError('FILE_NOT_FOUND');
    const file = await readTreeFile(gitDir, snapshot.tree, path);
    return answerFile(path, file, {
      'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    });
  },
});

/** Express gives a wildcard as the decoded parts between slashes. */
export function joinPath(parts: string | string[] | undefined): string {
  return Array.isArray(parts) ? parts.join('/') : (parts ?? '');
}
