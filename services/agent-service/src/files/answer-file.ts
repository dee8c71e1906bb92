// Answers with a workspace file: of the type its name says, never guessed at, never kept.
import type { Readable } from 'node:stream';
import type { Answer } from '@builder-ai/platform/endpoint';
import { contentTypeOf } from './content-type.ts';

/** @param headers what the file may do where it is shown */
export function answerFile(
  path: string,
  file: { size: number; content: Readable },
  headers: Record<string, string>,
): Answer {
  return {
    status: 200,
    stream: file.content,
    headers: {
      'content-type': contentTypeOf(path),
      'content-length': String(file.size),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      ...headers,
    },
  };
}
