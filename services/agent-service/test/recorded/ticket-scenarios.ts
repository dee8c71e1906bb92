// Recorded runs whose agents call tools of another server.
import { callResolved } from '@builder-ai/contracts/events/call-resolved';
import { silentLogger } from '@builder-ai/platform/logger';
import { openMcpTools } from '../../src/mcp/mcp-tools.ts';
import { executeRun } from '../../src/runs/execute-run.ts';
import { job } from '../given-controlled-run.ts';
import { claim, expireLease, givenReadyRun, undisturbed } from '../given-service.ts';
import { startMcpServer } from '../mcp-server.ts';
import { call, finish, inOrder, write } from './calls.ts';
import type { Scenario } from './scenario.ts';
import { stands } from './steered-scenarios.ts';

export const TICKETS_KEY = 'key-of-the-ticket-server';

const script = inOrder(
  ['Close the ticket'],
  [
    [
      call('mcp__tickets__list', {}),
      call('mcp__tickets__close', {}),
      call('mcp__tickets__fail', {}),
      write('report.txt', 'closed\n'),
      finish('Ticket 1 is closed.'),
    ],
  ],
);

export async function openTickets() {
  const server = await startMcpServer(TICKETS_KEY);
  const headers = { authorization: `Bearer ${TICKETS_KEY}` };
  const tools = await openMcpTools([{ name: 'tickets', url: server.url, headers }], silentLogger);
  return {
    tools: tools.tools,
    async close() {
      await tools.close();
      await server.close();
    },
  };
}

/** One reads, one has an effect there, one fails. */
export const tickets: Scenario = {
  name: 'tickets',
  goal: 'close what is open',
  mode: 'claude',
  script,
  openTools: openTickets,
};

/** The worker dies within the call that has an effect; its user says that it was done. */
export const settled: Scenario = {
  ...tickets,
  name: 'settled',
  async play({ deps, task, wish, newWorker }) {
    const dying = {
      ...deps.mcp,
      tools: () =>
        deps.mcp
          .tools()
          .map((tool) => ({ ...tool, call: tool.outside ? () => Promise.reject(new Error('Killed.')) : tool.call })),
    };
    await givenReadyRun(deps, task, wish);
    await executeRun({ ...deps, mcp: dying }, await claim(deps), silentLogger, undisturbed()).catch(() => {});
    await expireLease(deps, task);
    const worker = newWorker();
    const { data } = (await worker.hears(task, 'run.waiting')) ?? { data: {} };
    await stands(worker, task, 'idle');
    const { call_id } = data.call as { call_id: string };
    await worker.says(task, callResolved, { ...job, call_id, decision: 'done', result: 'Ticket 1 was closed.' });
    await worker.hears(task, 'run.completed');
  },
};
