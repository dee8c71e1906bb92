import { common, createLowlight } from 'lowlight';

// Tells the parts of source text apart. What comes out are names of classes and the very text that went in: it is drawn
// as text, so nothing in a file can become markup.

/** A run of text of one kind; without a class it is plain. */
export type Piece = { text: string; className?: string };

type Node = { type: string; value?: string; children?: Node[]; properties?: { className?: unknown } };

/** Longer texts are shown plain: telling their parts apart would stop the page for a moment. */
const HIGHLIGHTED_LENGTH = 300_000;

const LANGUAGES: Record<string, string> = {
  bash: 'bash',
  c: 'c',
  cc: 'cpp',
  cpp: 'cpp',
  cs: 'csharp',
  css: 'css',
  diff: 'diff',
  go: 'go',
  h: 'c',
  htm: 'xml',
  html: 'xml',
  ini: 'ini',
  java: 'java',
  js: 'javascript',
  json: 'json',
  jsx: 'javascript',
  kt: 'kotlin',
  less: 'less',
  lua: 'lua',
  md: 'markdown',
  mjs: 'javascript',
  php: 'php',
  py: 'python',
  rb: 'ruby',
  rs: 'rust',
  scss: 'scss',
  sh: 'bash',
  sql: 'sql',
  svg: 'xml',
  swift: 'swift',
  toml: 'ini',
  ts: 'typescript',
  tsx: 'typescript',
  vue: 'xml',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
};

const lowlight = createLowlight(common);

/** @returns the pieces of each line; undefined when the language is not known or the text is too long for it */
export function highlightLines(path: string, text: string): Piece[][] | undefined {
  const ending = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const language = Object.hasOwn(LANGUAGES, ending) ? LANGUAGES[ending] : undefined;
  if (!language || text.length > HIGHLIGHTED_LENGTH) return undefined;
  const lines: Piece[][] = [[]];
  collect(lowlight.highlight(language, text.replaceAll('\r\n', '\n')) as Node, undefined, lines);
  return lines;
}

function collect(node: Node, className: string | undefined, lines: Piece[][]): void {
  if (node.type === 'text') {
    for (const [index, text] of (node.value ?? '').split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push(className ? { text, className } : { text });
    }
    return;
  }
  const own = Array.isArray(node.properties?.className) ? node.properties.className.join(' ') : undefined;
  for (const child of node.children ?? []) collect(child, own ?? className, lines);
}
