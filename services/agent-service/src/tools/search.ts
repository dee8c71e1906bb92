import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import Joi from 'joi';
import { checkFilePath } from '../workspace/file-path.ts';
import { defineTool, ToolFault } from './define-tool.ts';
import type { SearchOrder, SearchReport } from './search-thread.ts';

type Search = { query: string; regex?: boolean; path?: string };

const MAX_QUERY_LENGTH = 1_000;
const MAX_MEGABYTES = 256;

export const search = defineTool<Search>({
  name: 'search',
  description: 'Finds the lines of text files that contain a text; what is in node_modules only when it is asked for.',
  input: Joi.object<Search, true>({
    query: Joi.string().max(MAX_QUERY_LENGTH).required(),
    regex: Joi.boolean().description('The query is a regular expression of JavaScript'),
    path: Joi.string().description('A directory, relative to the workspace; all of it when left out'),
  }),
  timeoutMs: 20_000,
  readOnly: true,
  summary: ({ query }) => `search for ${query.slice(0, 100)}`,
  async run({ query, regex = false, path }, { workspace, signal }) {
    if (regex) checkExpression(query);
    const order = { root: await workspace.open(), path: path === undefined ? '' : checkFilePath(path), query, regex };
    const { lines, files, more } = await searchApart(order, signal);
    if (lines.length === 0) return { output: 'Nothing was found.' };
    const end = more ? `… there is more: ask for less.` : `${lines.length} lines in ${files} files.`;
    return { output: `${lines.join('\n')}\n${end}` };
  },
});

function checkExpression(query: string): void {
  try {
    new RegExp(query);
  } catch (error) {
    throw new ToolFault(`The query is not a regular expression: ${(error as Error).message}`);
  }
}

async function searchApart(order: SearchOrder, signal: AbortSignal): Promise<SearchReport> {
  const worker = new Worker(new URL('./search-thread.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES },
    env: {},
  });
  try {
    const [answer] = (await once(worker, 'message', { signal })) as [{ done: SearchReport } | { fault: string }];
    if ('fault' in answer) throw new ToolFault(answer.fault);
    return answer.done;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new ToolFault('The search took too much memory: search one directory, or for something simpler.');
  } finally {
    await worker.terminate();
  }
}
