// Reading text: files, pipes, words.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** What the user can put right: shown without a stack, ends with 2. */
export class UserError extends Error {}

/** The texts of the files, in their order; of what is piped in where none is named. */
export async function readTexts(files) {
  const names = files.length > 0 ? files : ['-'];
  return Promise.all(names.map(async (name) => ({ name, text: await readText(name) })));
}

async function readText(name) {
  if (name === '-') return text(process.stdin);
  try {
    return await readFile(name, 'utf8');
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
  }
}

/** Words of any language: letters and digits, with apostrophes and hyphens inside. */
export function wordsOf(line) {
  return line.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? [];
}

/** Lines without their ends; an end at the very end begins no further line. */
export function linesOf(content) {
  const lines = content.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
