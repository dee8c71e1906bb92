// Models that answer at once, with a plan of one step and with the end of that step: what is left is our own cost.
import type { Model } from '../services/agent-service/src/models/model.ts';

const FREE = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };

const use = (name: string, input: unknown) => ({ type: 'tool_use' as const, id: name, name, input });

const answering = (...calls: ReturnType<typeof use>[]): Model => ({
  agent: 'claude',
  name: 'instant',
  reserve: () => 0,
  async answer({ purpose }) {
    if (purpose === 'plan') return { content: [{ type: 'text', text: '1. All of it' }], usage: FREE };
    return { content: calls, usage: FREE };
  },
});

const finish = use('finish_step', { result: 'Done.' });

/** Its step does nothing. */
export const instantModel = answering(finish);

export const FILE = { path: 'index.html', content: '<!doctype html>\n<title>A page</title>\n' };

/** Its step writes a file. */
export const writingModel = answering(use('write_file', FILE), finish);
