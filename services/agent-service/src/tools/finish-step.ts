import Joi from 'joi';
import { defineTool } from './define-tool.ts';

type FinishStep = { result: string };

export const finishStep = defineTool<FinishStep>({
  name: 'finish_step',
  description: 'Ends the step. Say in one sentence what there is now.',
  input: Joi.object<FinishStep, true>({ result: Joi.string().max(2_000).required() }),
  timeoutMs: 1_000,
  saysOnly: true,
  summary: () => 'finish the step',
  async run({ result }) {
    return { output: result, finished: result };
  },
});
