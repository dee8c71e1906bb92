// Sandboxes that are made ahead: while a model thinks, the one for its next command is made. It holds nothing of the command
// before it but the workspace, like every other.
import { type BigIntStats, statSync } from 'node:fs';
import { type SandboxStart, type StartedSandbox, startSandbox } from './started-sandbox.ts';

type Made = { sandbox: StartedSandbox; directory: BigIntStats };

type Expected = {
  directory: string;
  /** When the command before it ended. */
  since: number;
  timer: NodeJS.Timeout | undefined;
  /** What the sandbox is mounted on is held by the one before it until then. */
  letGo: () => void;
  made: Made | undefined;
};

/** How long one waits for a command. */
const WAITS_MS = 60_000;

/** Each is two small processes: with more workspaces than this, the oldest is given up. */
const MOST = 16;

/** A command that comes so soon after the one before it needs all of that time for its sandbox. */
const SOON_MS = 150;

/** Else making it waits until what the last command brought is recorded and on its way to the model. */
const LATER_MS = 20;

const expected = new Map<string, Expected>();

/**
 * Makes the sandbox for the next command of a directory.
 * @param directory the workspace that the start names
 * @param gapMs how long the last command came after the one before it: the next one may come as soon
 * @param letGo called when the new one holds what it is mounted on, or is given up
 */
export function expectCommand(directory: string, start: SandboxStart, gapMs: number, letGo: () => void): void {
  discard(expected.get(directory));
  const each: Expected = { directory, since: performance.now(), timer: undefined, letGo, made: undefined };
  expected.set(directory, each);
  if (gapMs < SOON_MS) make(each, start);
  else each.timer = setTimeout(() => make(each, start), LATER_MS);
  const [oldest] = expected.values();
  if (expected.size > MOST) discard(oldest);
}

/**
 * @returns how long the command was expected, 0 when it was not; and its sandbox, unless there is none or its directory
 *   was replaced meanwhile: then it is of no use to anybody
 */
export function takeExpected(directory: string): { gapMs: number; sandbox?: StartedSandbox } {
  const each = expected.get(directory);
  if (!each) return { gapMs: 0 };
  const gapMs = performance.now() - each.since;
  const { made } = each;
  const now = statSync(directory, { bigint: true, throwIfNoEntry: false });
  // A number is given again as soon as its directory is gone.
  if (!made || now?.ino !== made.directory.ino || now.birthtimeNs !== made.directory.birthtimeNs) {
    discard(each);
    return { gapMs };
  }
  forget(each);
  return { gapMs, sandbox: made.sandbox };
}

function make(each: Expected, start: SandboxStart): void {
  const { directory } = each;
  try {
    const stats = statSync(directory, { bigint: true });
    const sandbox = startSandbox(start);
    each.made = { sandbox, directory: stats };
    each.timer = setTimeout(() => discard(each), WAITS_MS).unref();
    // One that fails now is made when it is needed, and says then why it cannot be.
    const lose = () => {
      if (expected.get(directory) !== each) return;
      forget(each);
      sandbox.letGo();
    };
    sandbox.child.once('error', lose);
    sandbox.child.once('exit', lose);
  } catch {
    // The workspace has gone.
    forget(each);
  }
  each.letGo();
}

function discard(each: Expected | undefined): void {
  if (!each) return;
  forget(each);
  const { made } = each;
  if (!made) {
    each.letGo();
    return;
  }
  made.sandbox.child.once('exit', made.sandbox.letGo);
  made.sandbox.child.stdout.resume();
  made.sandbox.end();
}

function forget(each: Expected): void {
  clearTimeout(each.timer);
  if (expected.get(each.directory) === each) expected.delete(each.directory);
}
