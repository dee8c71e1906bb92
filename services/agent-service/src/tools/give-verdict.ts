// How a reviewer says what it thinks: structured, so that nothing has to be read out of prose.
import Joi from 'joi';
import { defineTool } from './define-tool.ts';

export type Verdict = {
  verdict: 'approve' | 'changes';
  summary: string;
  reasons: { file?: string; line?: number; reason: string }[];
};

export const verdictSchema = Joi.object<Verdict, true>({
  verdict: Joi.string().valid('approve', 'changes').required(),
  summary: Joi.string().max(2_000).required().description('One or two sentences'),
  reasons: Joi.array()
    .items(
      Joi.object({
        file: Joi.string().max(1_024).description('Relative to the workspace'),
        line: Joi.number().integer().min(1),
        reason: Joi.string().max(2_000).required(),
      }),
    )
    .max(50)
    .default([])
    .description('What has to change, each tied to a file and a line where it can be; required for changes'),
}).custom((value: Verdict, joi) =>
  value.verdict === 'changes' && value.reasons.length === 0
    ? joi.message({ custom: 'say in reasons what has to change' })
    : value,
);

export const giveVerdict = defineTool<Verdict>({
  name: 'give_verdict',
  description: 'Ends the review. Ask for changes only where the step does not do what it is for, or does harm.',
  input: verdictSchema,
  timeoutMs: 1_000,
  saysOnly: true,
  summary: ({ verdict }) => (verdict === 'approve' ? 'approve the step' : 'ask for changes'),
  async run({ verdict, summary }) {
    return { output: `${verdict}: ${summary}` };
  },
});
