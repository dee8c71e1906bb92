import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { giveTo, type PostgresAccount, spawnAs } from './postgres-account.ts';
import type { PostgresPrograms } from './postgres-programs.ts';

export const POSTGRES_USER = 'builder';
const MAJOR_VERSION = '18';

/** The superuser's password: made once, readable by the owner alone. */
export function readOrMakePassword(directory: string): string {
  const file = join(directory, 'password');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const password = randomBytes(24).toString('hex');
  writeFileSync(`${file}.new`, `${password}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}

type ClusterOptions = {
  place: string;
  programs: PostgresPrograms;
  account: PostgresAccount;
  password: string;
  durable: boolean;
};

/** Makes the data directory at the first start, and checks its version at each later one. Returns its path. */
export async function prepareCluster(options: ClusterOptions): Promise<string> {
  const { place, account } = options;
  const data = join(place, 'data');
  if (!existsSync(data)) await initialise(options, data);
  giveTo(account, data);
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR_VERSION) {
    throw new Error(
      `The database in ${data} is of PostgreSQL ${version}; this is ${MAJOR_VERSION}. ` +
        'Export it with the Builder AI that made it, or choose another BUILDER_HOME.',
    );
  }
  return data;
}

async function initialise({ place, programs, account, password, durable }: ClusterOptions, data: string) {
  // In a directory of another name until it is complete: a kill in the middle leaves nothing that looks finished.
  const fresh = join(place, 'data.new');
  const passwordFile = join(place, 'password.new');
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account.owner) {
    giveTo(account, fresh);
    chownSync(passwordFile, account.owner.uid, account.owner.gid);
  }
  const command = [
    programs.initdb,
    `--pgdata=${fresh}`,
    `--username=${POSTGRES_USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // PostgreSQL's own C.UTF-8: the same order and case rules on every platform, whatever locales it has.
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    const child = spawnAs(account, command, { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve(code === 0 ? '' : `exit ${code ?? signal}`));
    });
    const [output, failure] = await Promise.all([child.stderr ? text(child.stderr) : '', ended]);
    if (failure) throw new Error(`The database could not be made (${failure}): ${output.trim()}`);
    renameSync(fresh, data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}
