// The rules for a file path that comes from a client or a model (the original product's texts).
import { AppError } from '@builder-ai/platform/problem';

const MAX_LENGTH = 1024;

/**
 * Checks a path relative to the workspace.
 * @throws AppError PATH_EMPTY, PATH_INVALID, PATH_CHARACTERS
 */
export function checkFilePath(path: string): string {
  if (path === '') throw new AppError('PATH_EMPTY');
  if (path.includes('..') || path.startsWith('/') || path.length > MAX_LENGTH) throw new AppError('PATH_INVALID');
  if (!/^[A-Za-z0-9_\-./]+$/.test(path)) throw new AppError('PATH_CHARACTERS');
  return path;
}
