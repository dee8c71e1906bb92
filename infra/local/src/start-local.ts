import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '@builder-ai/platform/config';
import { startTelemetry } from '@builder-ai/platform/telemetry/start-telemetry';
import { readLocalConfig } from './config.ts';
import { openEmbeddedPostgres } from './embedded-postgres.ts';
import { ensureDatabase } from './ensure-database.ts';
import { checkGatewayPort } from './gateway-port.ts';
import { makeHomeDirectory } from './home.ts';
import { openHomeLock } from './home-lock.ts';
import { rotateLog } from './rotate-log.ts';
import { BUS_DATABASE, SERVICE_DATABASES, toLogDirectory } from './service-environments.ts';
import type { Shutdown } from './shutdown.ts';
import type { Terminal } from './terminal.ts';

export type Local = { url: string; signInLink: string; home: string };

type DatabaseServer = { url(database: string): string };

const READY_LIMIT_MS = 30_000;
const READY_POLL_MS = 25;

/** Opens everything in order; what is open is closed by `shutdown`, also when a later part fails. */
export async function startLocal(env: Environment, shutdown: Shutdown, terminal: Terminal): Promise<Local> {
  const phase = <T>(title: string, work: () => Promise<T>) => {
    shutdown.signal.throwIfAborted();
    return terminal.phase(title, work);
  };
  const telemetry = await startTelemetry('builder-ai', env);
  shutdown.onClose('telemetry', telemetry.close);
  const asked = readLocalConfig(env);
  makeHomeDirectory(asked.home);
  // Before anything else: what follows stops a database server that it finds, taking it for a killed start's.
  const lock = await openHomeLock(asked.home, ({ pid }) => terminal.say(`Waiting for process ${pid} to stop …`));
  shutdown.onClose('lock', lock.close);
  shutdown.signal.addEventListener('abort', () => lock.tell({ state: 'stopping' }));
  const config = { ...asked, port: await checkGatewayPort(asked.host, asked.port) };
  prepareLogs(config.home);
  // Loaded while the database starts: the one waits for the disk, the other needs the processor.
  const loading = import('./services.ts');
  loading.catch(() => {});
  const server = await phase('Starting the database', async () =>
    config.databaseUrl ? toServer(config.databaseUrl) : openEmbedded(config.home, shutdown, terminal),
  );
  await phase('Making the databases', async () => {
    const names = [...Object.values(SERVICE_DATABASES), BUS_DATABASE];
    for (const name of names) await ensureDatabase(config.databaseUrl ?? server.url('postgres'), name);
  });
  const { startServices } = await loading;
  const services = await phase('Starting the services', () => startServices(env, config, server.url));
  shutdown.onClose('services', services.close);
  await phase('Waiting for the gateway', () => waitUntilReady(services.url, shutdown.signal));
  lock.tell({ state: 'running', url: services.url });
  return { url: services.url, signInLink: await services.createSignInLink(), home: config.home };
}

async function openEmbedded(home: string, shutdown: Shutdown, terminal: Terminal): Promise<DatabaseServer> {
  const database = await openEmbeddedPostgres({
    directory: join(home, 'postgres'),
    logFile: join(toLogDirectory(home), 'postgres.log'),
    log: terminal.say,
    onUnexpectedExit(reason) {
      if (shutdown.signal.aborted) return;
      terminal.say(`\n${reason}. Builder AI stops; \`npm start\` goes on where it was.`);
      shutdown.stop(1);
    },
  });
  shutdown.onClose('database', database.close);
  return database;
}

function toServer(databaseUrl: string): DatabaseServer {
  return {
    url(database) {
      const url = new URL(databaseUrl);
      url.pathname = `/${database}`;
      return url.href;
    },
  };
}

function prepareLogs(home: string): void {
  const directory = toLogDirectory(home);
  mkdirSync(directory, { recursive: true });
  for (const name of [...Object.keys(SERVICE_DATABASES), 'bus', 'local']) rotateLog(join(directory, `${name}.log`));
}

async function waitUntilReady(url: string, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  let last = 'no answer';
  while (performance.now() - started < READY_LIMIT_MS) {
    signal.throwIfAborted();
    try {
      const response = await fetch(`${url}/health/readiness`, { signal: AbortSignal.timeout(5_000) });
      last = await response.text();
      if (response.status === 200) return;
    } catch (error) {
      last = String(error);
    }
    await delay(READY_POLL_MS);
  }
  throw new Error(`The gateway did not become ready: ${last}`);
}
