// Reads a unified diff as git writes it. What a file contains is never taken for more than text, whatever it looks like.

export type DiffLine = {
  kind: 'same' | 'added' | 'removed' | 'note';
  /** Line numbers before and after, from 1; null where the line is not there. */
  before: number | null;
  after: number | null;
  text: string;
};

export type Hunk = { title: string; lines: DiffLine[] };

export type DiffFile = {
  path: string;
  change: 'created' | 'deleted' | 'changed';
  added: number;
  removed: number;
  hunks: Hunk[];
};

export type Diff = {
  files: DiffFile[];
  /** The server left out the rest. */
  isCut: boolean;
};

const CUT_OFF = '… the diff is longer and was cut off here …';
const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;

export function parseDiff(text: string): Diff {
  const files: DiffFile[] = [];
  const lines = text.split('\n');
  let isCut = false;
  let file: DiffFile | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('diff --git ')) {
      file = { path: toPath(line), change: 'changed', added: 0, removed: 0, hunks: [] };
      files.push(file);
    } else if (!file) {
      isCut ||= line === CUT_OFF;
    } else if (line.startsWith('new file mode')) file.change = 'created';
    else if (line.startsWith('deleted file mode')) file.change = 'deleted';
    else if (HUNK.test(line)) at = readHunk(file, lines, at);
    else isCut ||= line === CUT_OFF;
  }
  return { files, isCut };
}

/** The hunk's own counts say where it ends: a line of a file may look like the head of a diff. @returns its last line */
function readHunk(file: DiffFile, lines: readonly string[], start: number): number {
  const [, from = '1', fromCount = '1', to = '1', toCount = '1', title = ''] = HUNK.exec(lines[start] ?? '') ?? [];
  const hunk: Hunk = { title, lines: [] };
  file.hunks.push(hunk);
  let [before, after] = [Number(from), Number(to)];
  const [endBefore, endAfter] = [before + Number(fromCount), after + Number(toCount)];
  let at = start;
  while (at + 1 < lines.length) {
    const line = lines[at + 1] ?? '';
    const isNote = line.startsWith('\\');
    if (!isNote && before >= endBefore && after >= endAfter) break;
    const [sign, text] = [line.charAt(0), line.slice(1)];
    if (isNote) hunk.lines.push({ kind: 'note', before: null, after: null, text: text.trim() });
    else if (sign === '+') hunk.lines.push({ kind: 'added', before: null, after: after++, text });
    else if (sign === '-') hunk.lines.push({ kind: 'removed', before: before++, after: null, text });
    else if (sign === ' ') hunk.lines.push({ kind: 'same', before: before++, after: after++, text });
    // Cut off in the middle of a hunk.
    else break;
    at += 1;
  }
  file.added += hunk.lines.filter(({ kind }) => kind === 'added').length;
  file.removed += hunk.lines.filter(({ kind }) => kind === 'removed').length;
  return at;
}

/** Both names are the same, as renames are not looked for: `a/x b/x`, or quoted as C does it. */
function toPath(line: string): string {
  const names = line.slice('diff --git '.length);
  const quoted = /^"a\/((?:[^"\\]|\\.)*)" "b\//.exec(names)?.[1];
  if (quoted !== undefined) return unquote(quoted);
  return names.slice('a/'.length, (names.length - 1) / 2);
}

const ESCAPES: Record<string, number> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

/** Octal escapes are bytes of UTF-8. */
function unquote(text: string): string {
  const bytes: number[] = [];
  for (const [part, octal, sign] of text.matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gsu)) {
    if (octal) bytes.push(Number.parseInt(octal, 8));
    else if (sign) bytes.push(ESCAPES[sign] ?? sign.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
