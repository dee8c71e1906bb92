import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { goOn } from '../go-on.ts';

export const answer: CliCommand = {
  name: 'answer',
  summary: 'answer what the agents of a task ask',
  needs: 'session',
  declare: (command: Command) =>
    command
      .argument('<task>', 'its id')
      .argument('<text>', 'the answer')
      .option('-w, --watch', 'show it as it goes on'),
  run: (session, [id = '', text = ''], options) =>
    goOn(
      session,
      id,
      options,
      (params) => dataOf(session.api.POST('/tasks/{id}/answer', { params, body: { answer: text } })),
      `${id} goes on with your answer.`,
    ),
};
