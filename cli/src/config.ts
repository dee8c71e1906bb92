// The only reader of the command line's environment.
import { homedir } from 'node:os';
import { join } from 'node:path';

export type Config = {
  /** The gateway; undefined: what the user has signed in to. */
  url: string | undefined;
  key: string | undefined;
  credentialsFile: string;
  /** Whether colours may be used on a terminal. */
  colour: boolean;
};

/** BUILDER_URL, BUILDER_API_KEY, BUILDER_CONFIG, XDG_CONFIG_HOME, APPDATA, NO_COLOR, TERM. */
export function readCliConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { BUILDER_URL, BUILDER_API_KEY, BUILDER_CONFIG, XDG_CONFIG_HOME, APPDATA, NO_COLOR, TERM } = env;
  const directory = BUILDER_CONFIG || join(XDG_CONFIG_HOME || APPDATA || join(homedir(), '.config'), 'builder-ai');
  return {
    url: BUILDER_URL || undefined,
    key: BUILDER_API_KEY || undefined,
    credentialsFile: join(directory, 'credentials.json'),
    // https://no-color.org: set, and not empty.
    colour: !NO_COLOR && TERM !== 'dumb',
  };
}
