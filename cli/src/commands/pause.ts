import { dataOf } from '@builder-ai/client/client';
import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { goOn } from '../go-on.ts';

export const pause: CliCommand = {
  name: 'pause',
  summary: 'stop a task after the call in flight; `resume` goes on with it',
  needs: 'session',
  declare: (command: Command) => command.argument('<task>', 'its id'),
  run: (session, [id = ''], options) =>
    goOn(
      session,
      id,
      options,
      (params) => dataOf(session.api.POST('/tasks/{id}/pause', { params })),
      `${id} stops after the call in flight.`,
    ),
};
