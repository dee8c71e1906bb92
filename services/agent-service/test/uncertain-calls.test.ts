// An interrupted call whose effect cannot be taken back is not made again by itself, wherever its worker was killed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { Model, ModelAnswer, ModelRequest } from '../src/models/model.ts';
import { eventTypes, type GivenService, givenService } from './given-service.ts';
import { newTool } from './given-tool.ts';
import { runWithKill } from './run-with-kill.ts';

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const FREE = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };

/** One step in which these tools are called, one after the other. */
function calling(...names: string[]): Model {
  return {
    agent: 'claude',
    name: 'calling',
    reserve: () => 0,
    answer: async (request) => ({ content: answerTo(request, names), usage: FREE }),
  };
}

function answerTo({ purpose, messages }: ModelRequest, names: string[]): ModelAnswer['content'] {
  if (purpose === 'plan') return [{ type: 'text', text: '1. Only this' }];
  const blocks = messages.flatMap(({ content }): { type: string }[] => content);
  const name = names[blocks.filter(({ type }) => type === 'tool_result').length];
  const [tool, input] = name ? [name, {}] : ['finish_step', { result: 'Done.' }];
  return [{ type: 'tool_use', id: 'x', name: tool, input }];
}

/** Kills at each commit in turn. @returns how it stands after each, in the order of the commits */
async function killEverywhere(given: () => { deps: Deps; made: () => number }) {
  const found: { waits: boolean; made: number; open: boolean }[] = [];
  for (const when of ['before', 'after'] as const) {
    for (let commits = 0; ; commits += 1) {
      const { deps, made } = given();
      const task = `outside-${++number}`;
      const killed = await runWithKill(deps, task, { commits, when });
      const ledger = await readLedger(deps.db, task);
      const last = (await eventTypes(deps, task)).at(-1);
      found.push({
        waits: last === 'run.waiting',
        made: made(),
        open: ledger.some(({ kind }) => kind === 'tool.uncertain'),
      });
      if (!killed) break;
    }
  }
  return found;
}

describe('a call with an effect outside of the workspace', () => {
  test.each([
    ['its tool is still there', true],
    ['the server of its tool is gone', false],
  ])('is made once at most, and its user is asked when nobody knows: %s', async (_name, stays) => {
    const found = await killEverywhere(() => {
      let made = 0;
      const tool = newTool('mcp__shop__order', { outside: true }, async () => {
        made += 1;
        return { ok: true, output: 'ordered' };
      });
      const tools = () => (stays || made === 0 ? [tool] : []);
      const mcp = { tools, close: async () => {} };
      const models = { ...service.deps.models, claude: calling('mcp__shop__order') };
      return { deps: { ...service.deps, defaultMode: 'claude', models, mcp }, made: () => made };
    });
    for (const { waits, made, open } of found) {
      expect(made).toBeLessThanOrEqual(1);
      expect(open).toBe(waits);
      // Whoever did not wait has made it.
      expect(waits || made === 1).toBe(true);
    }
    // After the intent had committed, and before the result had.
    expect(found.filter(({ waits }) => waits).length).toBeGreaterThanOrEqual(2);
  });
});

test('a call in a workspace of more than 20,000 files is not made again by itself', async () => {
  let made = 0;
  const fill = newTool('fill', {}, async (_input, { workspace }) => {
    const directory = await workspace.open();
    for (let n = 0; n <= 20_000; n += 1) writeFileSync(join(directory, `${n}`), '');
    return { ok: true, output: 'filled' };
  });
  const change = newTool('change', {}, async () => {
    made += 1;
    return { ok: true, output: 'changed' };
  });
  const mcp = { tools: () => [fill, change], close: async () => {} };
  const models = { ...service.deps.models, claude: calling('fill', 'change') };
  const task = `outside-${++number}`;
  // The plan, the answer, its call, the next answer, the workspace, its call: that one's end is not recorded.
  const point = { commits: 6, when: 'before' as const };
  expect(await runWithKill({ ...service.deps, defaultMode: 'claude', models, mcp }, task, point)).toBe(true);
  const uncertain = (await readLedger(service.deps.db, task)).filter(({ kind }) => kind === 'tool.uncertain');
  expect([made, uncertain]).toMatchObject([1, [{ tool: 'change' }]]);
}, 120_000);
