// Asks for what nobody may see; through a pipe it is what comes in.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Streams } from './command.ts';

export async function askSecret(question: string, { stdin, stderr, signal }: Streams & { signal: AbortSignal }) {
  if (!stdin.isTTY) return (await text(stdin)).trim();
  stderr.write(question);
  // What is typed is echoed to nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output, terminal: true });
  try {
    return (await lines.question('', { signal })).trim();
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
