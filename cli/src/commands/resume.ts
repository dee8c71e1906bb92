import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { goOn } from '../go-on.ts';

export const resume: CliCommand = {
  name: 'resume',
  summary: 'go on with a task that was paused',
  needs: 'session',
  declare: (command: Command) => command.argument('<task>', 'its id').option('-w, --watch', 'show it as it goes on'),
  run: (session, [id = ''], options) =>
    goOn(
      session,
      id,
      options,
      (params) => dataOf(session.api.POST('/tasks/{id}/resume', { params })),
      `${id} goes on.`,
    ),
};
