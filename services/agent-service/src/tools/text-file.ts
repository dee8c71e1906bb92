// Text files of a workspace, as an agent reads and edits them.
import { checkFilePath } from '../workspace/file-path.ts';
import { openInside } from '../workspace/open-inside.ts';
import { ToolFault } from './define-tool.ts';

export const MAX_FILE_BYTES = 5 * 1024 * 1024;

export type TextFile = { text: string; executable: boolean };

/**
 * @param path as the model gave it
 * @throws ToolFault when it is no text file or too large, AppError when the path is not allowed
 */
export async function readTextFile(root: string, path: string): Promise<TextFile> {
  const handle = await openInside(root, checkFilePath(path));
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new ToolFault(`${path}: is not a file.`);
    if (stat.size > MAX_FILE_BYTES) throw new ToolFault(`${path}: is too large (${stat.size} bytes).`);
    return { text: decode(path, await handle.readFile()), executable: (stat.mode & 0o111) !== 0 };
  } finally {
    await handle.close();
  }
}

/** Byte for byte: what cannot be written back as it was is no text. */
function decode(path: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // Said below.
  }
  throw new ToolFault(`${path}: is not a text file (${bytes.length} bytes).`);
}
