// What is printed: results to stdout, everything about them to stderr, so that a pipe gets the results alone.
import { toTerminalJson, toTerminalText } from './terminal-text.ts';

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
type Colour = 'green' | 'red' | 'yellow' | 'dim';

const CODES: Record<Colour, number> = { green: 32, red: 31, yellow: 33, dim: 2 };

export type Output = ReturnType<typeof newOutput>;

/** @param json whether results are wanted as JSON */
export function newOutput(stdout: Stream, stderr: Stream, { json, colour }: { json: boolean; colour: boolean }) {
  const paint = (text: string, name: Colour) =>
    colour && stdout.isTTY ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text;
  return {
    json,
    isTerminal: stdout.isTTY === true,
    /** A result in words; from elsewhere or not, nothing in it is an escape of somebody else's. */
    line: (text = '', name?: Colour) => {
      const clean = toTerminalText(text);
      stdout.write(`${name ? paint(clean, name) : clean}\n`);
    },
    /** The same without a line's end, as it comes. */
    text: (text: string) => void stdout.write(toTerminalText(text)),
    /** A result as JSON: one line for each in a stream of them. */
    data: (value: unknown, indent?: number) => void stdout.write(`${toTerminalJson(value, indent)}\n`),
    /** Bytes as they are. */
    bytes: (chunk: Uint8Array) => stdout.write(chunk),
    /** What is no result. */
    note: (text: string) => void stderr.write(`${toTerminalText(text)}\n`),
  };
}
