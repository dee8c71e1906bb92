import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/**
 * As whom PostgreSQL runs. It refuses root, so as root it either runs in a user namespace (it sees an ordinary user
 * id, while the files stay root's and every directory of root's stays open to it) or as an existing account.
 */
export type PostgresAccount = {
  kind: 'self' | 'namespace' | 'account';
  /** What comes before the program on the command line. */
  prefix: string[];
  /** The user that the process runs as where it is not ours. */
  identity: { uid: number; gid: number } | undefined;
  /** Who must own the data directory, seen from here; undefined where that needs no care. */
  owner: { uid: number; gid: number } | undefined;
};

export type AccountKind = PostgresAccount['kind'];

// The namespace's user id must have a name inside, too: initdb asks for it. Nobody comes last, because ids that are
// not mapped into a namespace show as nobody's.
const NAMESPACE_NAMES = ['postgres', 'daemon', 'nobody'];
const ACCOUNT_NAMES = ['postgres', 'nobody', 'daemon'];

// Nothing of the user's: PG… variables, library paths and locales must not change the server's behaviour.
const ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

/** Finds an account that PostgreSQL accepts. `only` is for tests: it rules out the other kinds. */
export function findPostgresAccount(only?: AccountKind): PostgresAccount {
  const self: PostgresAccount = { kind: 'self', prefix: [], identity: undefined, owner: undefined };
  // initdb also refuses a user id without a name, as containers like to give.
  if (process.getuid?.() !== 0) return hasName() ? self : (findNamespace() ?? self);
  const namespace = only === 'account' ? undefined : findNamespace();
  if (namespace) return namespace;
  const [identity] = only === 'namespace' ? [] : toIdentities(ACCOUNT_NAMES);
  if (identity) return { kind: 'account', prefix: [], identity, owner: identity };
  throw new Error(
    'PostgreSQL does not run as root, and neither a user namespace (`unshare -U`) nor an account named ' +
      `${ACCOUNT_NAMES.join(', ')} is there to run it. Start Builder AI as another user, or give DATABASE_URL.`,
  );
}

/** Whether the account can run this program, through all directories above it. */
export function canRun(account: PostgresAccount, program: string): boolean {
  return run(account, [program, '--version']);
}

/** Whether the account can pass through this directory and all above it. */
export function canEnter(account: PostgresAccount, directory: string): boolean {
  return run(account, ['/bin/sh', '-c', 'cd "$0"', directory]);
}

/** Starts a program as the account, in a directory that every account can enter. */
export function spawnAs(account: PostgresAccount, command: string[], options: SpawnOptions): ChildProcess {
  const [file, ...args] = [...account.prefix, ...command] as [string, ...string[]];
  return spawn(file, args, { cwd: '/', env: ENVIRONMENT, windowsHide: true, ...account.identity, ...options });
}

/** Makes the account the owner of a path and all below it, where it is not yet (another kind may have made it). */
export function giveTo(account: PostgresAccount, path: string): void {
  const { owner } = account;
  if (!owner || statSync(path).uid === owner.uid) return;
  // The top comes last: it is what says that all below it is done.
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(path, entry), owner.uid, owner.gid);
  }
  lchownSync(path, owner.uid, owner.gid);
}

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

function findNamespace(): PostgresAccount | undefined {
  for (const { uid, gid } of toIdentities(NAMESPACE_NAMES)) {
    const prefix = ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
    const owner = process.getuid?.() === 0 ? { uid: 0, gid: 0 } : undefined;
    const account: PostgresAccount = { kind: 'namespace', prefix, identity: undefined, owner };
    if (run(account, ['/bin/sh', '-c', ':'])) return account;
  }
  return undefined;
}

function run(account: PostgresAccount, command: string[]): boolean {
  const [file, ...args] = [...account.prefix, ...command] as [string, ...string[]];
  const options = { ...account.identity, cwd: '/', env: ENVIRONMENT, stdio: 'ignore' } as const;
  return process.platform === 'win32' || spawnSync(file, args, options).status === 0;
}

function toIdentities(names: string[]): { uid: number; gid: number }[] {
  const accounts = new Map<string, { uid: number; gid: number }>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid && Number(uid) > 0) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return names.flatMap((name) => accounts.get(name) ?? []);
}
