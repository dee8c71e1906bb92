// Answers with a workspace file: of the type its name says, never guessed at, never shown again without asking.
import type { Answer } from '@builder-ai/platform/endpoint';
import type { TreeFile } from '../workspace/tree-files.ts';
import { contentTypeOf } from './content-type.ts';

/** @param headers what the file may do where it is shown */
export function answerFile(path: string, file: TreeFile, headers: Record<string, string>): Answer {
  return {
    status: 200,
    stream: file.open,
    headers: {
      'content-type': contentTypeOf(path),
      'content-length': String(file.size),
      'x-content-type-options': 'nosniff',
      etag: `"${file.object}"`,
      ...headers,
    },
  };
}
