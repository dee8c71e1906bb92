/** A file's bytes as text, or null where they are not: invalid UTF-8 or a zero byte, as git decides it. */
export function toFileText(bytes: ArrayBuffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
