import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { goOn } from '../go-on.ts';

export const approve: CliCommand = {
  name: 'approve',
  summary: 'say yes to what a task waits with: its plan, a step, or what a step made',
  needs: 'session',
  declare: (command: Command) => command.argument('<task>', 'its id').option('-w, --watch', 'show it as it goes on'),
  run: (session, [id = ''], options) =>
    goOn(
      session,
      id,
      options,
      (params) => dataOf(session.api.POST('/tasks/{id}/approve', { params, body: {} })),
      `${id} goes on.`,
    ),
};
