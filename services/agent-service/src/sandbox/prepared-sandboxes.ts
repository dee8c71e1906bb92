// Sandboxes that are made ahead: while a model thinks, the one for its next command is made. It holds nothing of the command
// before it but the workspace, like every other.
import { type BigIntStats, statSync } from 'node:fs';
import { type SandboxStart, type StartedSandbox, startSandbox } from './started-sandbox.ts';

type Prepared = { sandbox: StartedSandbox; directory: string; made: BigIntStats; timer: NodeJS.Timeout };

/** How long one waits for a command. */
const WAITS_MS = 60_000;

/** Each is two small processes: with more workspaces than this, the oldest is given up. */
const MOST = 16;

const prepared = new Map<string, Prepared>();

/** @param directory the workspace that the start names */
export function prepareSandbox(directory: string, start: SandboxStart): void {
  discard(prepared.get(directory));
  try {
    const made = statSync(directory, { bigint: true });
    const sandbox = startSandbox(start);
    const timer = setTimeout(() => discard(prepared.get(directory)), WAITS_MS).unref();
    const each = { sandbox, directory, made, timer };
    // One that fails now is made when it is needed, and says then why it cannot be.
    sandbox.child.once('error', () => forget(each));
    sandbox.child.once('exit', () => forget(each));
    prepared.set(directory, each);
    const [oldest] = prepared.values();
    if (prepared.size > MOST) discard(oldest);
  } catch {
    // The workspace has gone.
  }
}

/** @returns undefined where there is none; one whose directory was replaced meanwhile is of no use to anybody */
export function takePrepared(directory: string): StartedSandbox | undefined {
  const each = prepared.get(directory);
  if (!each) return undefined;
  const now = statSync(directory, { bigint: true, throwIfNoEntry: false });
  // A number is given again as soon as its directory is gone.
  if (now?.ino !== each.made.ino || now.birthtimeNs !== each.made.birthtimeNs) {
    discard(each);
    return undefined;
  }
  forget(each);
  return each.sandbox;
}

function discard(each: Prepared | undefined): void {
  if (!each) return;
  forget(each);
  each.sandbox.child.once('exit', each.sandbox.letGo);
  each.sandbox.child.stdout.resume();
  each.sandbox.end();
}

function forget(each: Prepared): void {
  clearTimeout(each.timer);
  if (prepared.get(each.directory) === each) prepared.delete(each.directory);
}
