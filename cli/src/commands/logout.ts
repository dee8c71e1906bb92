import type { Command } from 'commander';
import type { CliCommand } from '../command.ts';
import { removeCredentials } from '../credentials.ts';

export const logout: CliCommand = {
  name: 'logout',
  summary: 'forget the key on this machine; DELETE /keys/<id> revokes it',
  needs: 'nothing',
  declare: (command: Command) => command,
  async run({ config, out }) {
    await removeCredentials(config.credentialsFile);
    if (out.json) out.data({ signed_in: false }, 2);
    else out.note('Signed out.');
    return 'ok';
  },
};
