// Text that came from elsewhere, made harmless for a terminal: what a server, a model or a command says must not move the
// cursor, set the title, fill the clipboard or draw over what was said before.
import { stripVTControlCharacters } from 'node:util';

// C0 but for tab and line feed, DEL, C1, and the marks that turn the direction of writing round.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Lines and tabs stay. A carriage return would draw over its line: it goes. */
export const toTerminalText = (text: string): string => stripVTControlCharacters(text).replace(CONTROLS, '');

/** One line, at most so long. */
export function toLine(text: string, length = 200): string {
  const line = toTerminalText(text).replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).toWellFormed()}…`;
}

/** JSON escapes C0 by itself; the rest is escaped here, so that it too is harmless and means the same. */
export const toTerminalJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(CONTROLS, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
