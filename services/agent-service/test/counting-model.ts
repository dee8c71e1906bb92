// A model for runs that are killed somewhere: it plans steps of a few calls each and counts what it is asked.
import type { Model, ModelAnswer, ModelRequest } from '../src/models/model.ts';
import { use } from './given-tool.ts';

export const STEPS = 2;
export const CALLS_PER_STEP = 2;
/** Of a whole run: one for the plan, and one more than its calls for each step. */
export const ANSWERS = 1 + STEPS * (CALLS_PER_STEP + 1);
/** What an answer costs and what is reserved for it, in micro-dollars. */
export const COST = 7;
export const RESERVED = 50;

/**
 * A model whose answer follows from the request alone, as a provider's does; it counts what it is asked.
 * @param thinks what it waits for before it answers; by default it answers at once
 */
export function countingModel(thinks?: (request: ModelRequest) => Promise<void>) {
  const asked: string[] = [];
  const usage = { input_tokens: 1, output_tokens: 1, cost_micro_usd: COST };
  const model: Model = {
    agent: 'template',
    name: 'counting',
    reserve: () => RESERVED,
    async answer(request) {
      const results = countResults(request);
      asked.push(request.subject.step ? `${request.subject.step.index}.${results}` : 'plan');
      await thinks?.(request);
      return { content: contentOf(request, results), usage };
    },
  };
  return { model, asked };
}

function countResults({ messages }: ModelRequest): number {
  return messages.flatMap((message): { type: string }[] => message.content).filter(({ type }) => type === 'tool_result')
    .length;
}

function contentOf({ subject }: ModelRequest, results: number): ModelAnswer['content'] {
  if (!subject.step) return [{ type: 'text', text: '1. first\n2. second' }];
  const { index } = subject.step;
  if (results === CALLS_PER_STEP) return [use('finish_step', { result: `Step ${index} is done.` })];
  return [use('write_file', { path: `${index}/${results}.txt`, content: `${index} ${results}` })];
}
