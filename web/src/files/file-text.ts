/** What is shown of a file: its lines, or none where its bytes are no text. */
export type FileText = { text: string; lines: readonly string[] };

/** Longer lines are shown up to here: a browser cannot draw a line of megabytes. */
export const SHOWN_LINE_LENGTH = 4000;

/** A file's bytes as text, or null where they are not: invalid UTF-8 or a zero byte, as git decides it. */
export function toFileText(bytes: ArrayBuffer): FileText | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) return null;
    const lines = text.split(/\r\n|\n/);
    // A file that ends with a line's end has no line after it.
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    return { text, lines };
  } catch {
    return null;
  }
}
