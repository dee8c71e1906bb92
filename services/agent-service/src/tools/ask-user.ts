import Joi from 'joi';
import { defineTool } from './define-tool.ts';

type AskUser = { question: string };

export const askUser = defineTool<AskUser>({
  name: 'ask_user',
  description:
    'Asks the user something that only they can know, and waits for the answer. Decide yourself whatever you can.',
  input: Joi.object<AskUser, true>({ question: Joi.string().max(2_000).required() }),
  timeoutMs: 1_000,
  saysOnly: true,
  summary: ({ question }) => question,
  async run({ question }) {
    return { output: question, question };
  },
});
