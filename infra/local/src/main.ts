import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { toHomeDirectory } from './home.ts';
import { toLogDirectory } from './service-environments.ts';
import { newShutdown } from './shutdown.ts';
import { startLocal } from './start-local.ts';
import { listenForStop } from './stop-requests.ts';
import { newTerminal, toSeconds } from './terminal.ts';

const terminal = newTerminal();
const logDirectory = toLogDirectory(toHomeDirectory(process.env));
const logFile = join(logDirectory, 'local.log');

const shutdown = newShutdown({
  exit(code) {
    if (code === 0) terminal.say('Stopped.');
    process.exit(code);
  },
  onCloseFailure: (name, error) => report(`Closing ${name} failed`, error),
});

// A terminal that was closed, or a pipe whose reader has gone, must not keep us from ending in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

listenForStop(process, {
  onStop() {
    terminal.say('\nStopping … (again to stop at once)');
    shutdown.stop(0);
  },
  onForce: () => process.exit(130),
});

for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(fault, (error: unknown) => {
    const what = 'Something failed that nobody caught: Builder AI stops';
    // While it stops, connections break: that is for the log.
    if (shutdown.signal.aborted) writeLog(what, error);
    else report(what, error);
    shutdown.stop(1);
  });
}

shutdown.run(
  async () => {
    const { url, signInLink, home } = await startLocal(process.env, shutdown, terminal);
    terminal.say(`
  Builder AI is ready, ${toSeconds(process.uptime() * 1000)} after its start.

  To sign in, open this link (it works once):

      ${signInLink}

  Address  ${url}
  Data     ${home}
  Logs     ${logDirectory}
  Stop     Ctrl-C
`);
  },
  (error) => {
    console.error(`\n${error instanceof Error ? error.message : error}\n`);
    writeLog('Builder AI did not start', error);
  },
);

/** A short line for the user, and everything for whoever looks into the log. */
function report(what: string, error: unknown): void {
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)} (see ${logFile})`);
  writeLog(what, error);
}

function writeLog(message: string, error: unknown): void {
  const entry = { timestamp: new Date().toISOString(), level: 'error', service: 'local', message };
  try {
    appendFileSync(logFile, `${JSON.stringify({ ...entry, error: inspect(error) })}\n`);
  } catch {
    // There may be no such directory yet; the user was told.
  }
}
