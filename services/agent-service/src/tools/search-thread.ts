// The search itself, in a thread of its own: a regular expression may take for ever, and can be ended here.
import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { READ_HERE, walkInside } from '../workspace/open-inside.ts';

export type SearchOrder = { root: string; path: string; query: string; regex: boolean };

export type SearchReport = { lines: string[]; files: number; more: boolean };

const MAX_LINES = 200;
const MAX_LINE_LENGTH = 300;
/** Larger files are not what anybody wrote by hand. */
const MAX_FILE_BYTES = 2 * 1024 * 1024;

async function search({ root, path, query, regex }: SearchOrder): Promise<SearchReport> {
  const expression = regex ? new RegExp(query) : undefined;
  const matches = (line: string) => (expression ? expression.test(line) : line.includes(query));
  const report: SearchReport = { lines: [], files: 0, more: false };
  for await (const found of walkInside(root, path)) {
    const text = found.kind === 'file' ? await readText(found.place) : undefined;
    if (text === undefined) continue;
    const before = report.lines.length;
    for (const [index, line] of text.split('\n').entries()) {
      if (!matches(line)) continue;
      if (report.lines.length === MAX_LINES) return { ...report, more: true };
      report.lines.push(`${found.path}:${index + 1}: ${line.trim().slice(0, MAX_LINE_LENGTH)}`);
    }
    if (report.lines.length > before) report.files += 1;
  }
  return report;
}

/** Nothing for what is no text. */
async function readText(place: string): Promise<string | undefined> {
  const handle = await open(place, READ_HERE).catch(() => undefined);
  if (!handle) return undefined;
  try {
    if ((await handle.stat()).size > MAX_FILE_BYTES) return undefined;
    const bytes = await handle.readFile();
    return bytes.includes(0) ? undefined : bytes.toString('utf8');
  } finally {
    await handle.close();
  }
}

const report = await search(workerData as SearchOrder).then(
  (done) => ({ done }),
  (error: Error) => ({ fault: error.message }),
);
parentPort?.postMessage(report);
