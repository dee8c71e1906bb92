// One agent's call and its shell command: ours beside coding agents of others, turn by turn, with one script for a model that
// answers at once. The time is that between two requests, as the provider sees it; what else they are kept from is said.
// Usage: npm run bench -- step-overhead-peers
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { percentile, roundsOf, show } from './harness.ts';
import { type CodingAgent, codingAgents, LAST_COMMAND, runAgent, shellCall } from './peers/coding-agents.ts';
import { startProduct } from './running-product.ts';
import { bare, betweenRequests, CALLS, commandAfter, ours } from './step-overhead.ts';

const ROUNDS = roundsOf(5);

const script: Script = ({ purpose, results }, { tools = [] }) => {
  if (purpose === 'plan') return { text: '1. All of it' };
  if (tools.some(({ name }) => name === 'finish_step') && results >= CALLS)
    return { toolUses: [{ name: 'finish_step', input: { result: 'Done.' } }] };
  if (results < CALLS) return answer(shellCall(tools, commandAfter(results)));
  return tools.length === 1 && tools[0]?.name === 'bash' ? answer(shellCall(tools, LAST_COMMAND)) : { text: 'Done.' };
};

const answer = (call: ReturnType<typeof shellCall>) => (call ? { toolUses: [call] } : { text: 'Done.' });

type Contestant = { name: string; remark: string; round: () => Promise<number>; values: number[] };

export async function benchStepOverheadPeers(): Promise<string> {
  const provider = await startScriptedProvider({ script });
  const product = await startProduct({
    AGENT_MODE: 'claude',
    ANTHROPIC_API_KEY: 'any',
    ANTHROPIC_BASE_URL: provider.url,
  });
  const absent: string[] = [];
  const contestants: Contestant[] = [
    { name: 'ours', remark: 'recorded, kept, sandboxed', round: () => ours(product, provider), values: [] },
    { name: 'bare SDK loop', remark: 'the same sandbox, nothing kept', round: () => bare(provider), values: [] },
  ];
  const peer = (agent: CodingAgent) => async () => {
    provider.requests.length = 0;
    await runAgent(agent, 'step overhead', provider.url);
    return betweenRequests(provider);
  };
  try {
    for (const agent of codingAgents) {
      try {
        await agent.install();
        contestants.push({ name: agent.name, remark: agent.remark, round: peer(agent), values: [] });
      } catch (error) {
        absent.push(`${agent.name} could not be installed here: ${(error as Error).message.split('\n').at(-1)}`);
      }
    }
    // The first round warms everybody up.
    for (let round = -1; round < ROUNDS; round += 1)
      for (const each of round % 2 === 0 ? contestants : [...contestants].reverse()) {
        const ms = await each.round();
        if (round >= 0) each.values.push(ms);
      }
    return [...contestants.map((each) => line(each, contestants[0] as Contestant)), ...absent].join('\n');
  } finally {
    await product.close();
    await provider.close();
  }
}

function line({ name, remark, values }: Contestant, { values: own }: Contestant): string {
  const ratios = own.map((ms, round) => ms / (values[round] as number));
  const spread = (all: number[]) => `(${show(Math.min(...all))}–${show(Math.max(...all))})`;
  const beside = values === own ? '' : `; ours beside it ${show(percentile(ratios, 50))} ${spread(ratios)}`;
  return `${name}, ${remark}: ${show(percentile(values, 50))} ms a call and its command ${spread(values)}${beside}, ${values.length} rounds`;
}
