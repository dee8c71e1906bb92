// `npm run doctor`: checks what must always be true of the kept data, and says what is not. While Builder AI runs or not.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Database } from '@builder-ai/platform/database';
import { openDatabase } from '@builder-ai/platform/database';
import type { Finding } from '@builder-ai/platform/doctor/finding';
import { silentLogger } from '@builder-ai/platform/logger';
import { readLocalConfig } from './config.ts';
import { withDatabaseServer } from './database-server.ts';
import { toMessage } from './error-message.ts';
import { examine, type ServiceDatabases } from './examine.ts';
import { ownDatabaseUrl } from './own-database-url.ts';
import { SERVICE_DATABASES, type ServiceName } from './service-environments.ts';

const USAGE = `Usage: npm run doctor [-- --rebuild] [--json]

  --rebuild   make projections (tasks, the feed) anew from the timeline where they differ from it
  --json      one finding a line, as JSON

Works on the databases of the Builder AI on this machine; DATABASE_URL names another server, and
GATEWAY_DATABASE_URL, TASK_SERVICE_DATABASE_URL, AGENT_SERVICE_DATABASE_URL and NOTIFICATION_SERVICE_DATABASE_URL
a service's own. Ends with 0 when all is well, 1 when something was found, 2 when it could not look.`;

// A count over a whole timeline may take a while.
const STATEMENT_TIMEOUT_MS = 300_000;

type Options = { rebuild: boolean; json: boolean };

function readOptions(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({ args, options: { rebuild: { type: 'boolean' }, json: { type: 'boolean' } } });
    return { rebuild: values.rebuild ?? false, json: values.json ?? false };
  } catch {
    return undefined;
  }
}

async function withDatabases<T>(
  url: (database: string) => string,
  work: (databases: ServiceDatabases) => Promise<T>,
): Promise<T> {
  const opened: Database[] = [];
  const open = (name: ServiceName) => {
    const db = openDatabase({
      url: ownDatabaseUrl(name) ?? url(SERVICE_DATABASES[name]),
      name: 'doctor',
      logger: silentLogger,
      max: 2,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    });
    opened.push(db);
    return db;
  };
  const databases: ServiceDatabases = {
    gateway: open('gateway'),
    'task-service': open('task-service'),
    'agent-service': open('agent-service'),
    'notification-service': open('notification-service'),
  };
  return work(databases).finally(() => Promise.all(opened.map((db) => db.close())));
}

async function look(options: Options): Promise<Finding[]> {
  const names = Object.keys(SERVICE_DATABASES) as ServiceName[];
  const workspaceRoot = join(readLocalConfig(process.env).home, 'workspaces');
  const examineAll = (url: (database: string) => string) =>
    withDatabases(url, (databases) => examine(databases, { ...options, workspaceRoot, say: console.error }));
  // Each service has its own: there is no server that holds them all.
  if (names.every(ownDatabaseUrl)) return examineAll(() => '');
  return withDatabaseServer(console.error, (server) => examineAll(server.url));
}

const options = readOptions(process.argv.slice(2));
if (!options) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    const findings = await look(options);
    for (const finding of findings) {
      const { check, service, subject, detail } = finding;
      console.log(options.json ? JSON.stringify(finding) : `${service} ${check} ${subject}: ${detail}`);
    }
    const repairable = findings.some((finding) => finding.repairable);
    console.error(
      findings.length === 0
        ? 'All is well.'
        : `${findings.length} found.${repairable ? ' `npm run doctor -- --rebuild` makes projections anew.' : ''}`,
    );
    process.exitCode = findings.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(`Could not look: ${toMessage(error)}`);
    process.exitCode = 2;
  }
}
