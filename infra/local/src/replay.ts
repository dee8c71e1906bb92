// `npm run replay -- run.jsonl`: runs a recorded run again, in a home of its own that is thrown away afterwards.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { replayFile } from '@builder-ai/agent-service/recording/replay-file';
import { silentLogger } from '@builder-ai/platform/logger';
import { openEmbeddedPostgres } from './embedded-postgres.ts';
import { ensureDatabase } from './ensure-database.ts';
import { toMessage } from './error-message.ts';

const USAGE = `Usage: npm run replay -- <file>

Runs a recording (GET /tasks/:id/recording) again: the same tools and sandbox, the models' answers from the file. It needs
no key and no network. Ends with 0 when it came to the same calls,
events and files, 1 when not, 2 when it could not be done.`;

async function replay(file: string): Promise<boolean> {
  const home = mkdtempSync(join(tmpdir(), 'builder-replay-'));
  try {
    const server = await openEmbeddedPostgres({ directory: join(home, 'server'), durable: false });
    try {
      await ensureDatabase(server.url('postgres'), 'replay');
      const workspaceRoot = join(home, 'workspaces');
      mkdirSync(workspaceRoot);
      const place = { databaseUrl: server.url('replay'), workspaceRoot, logger: silentLogger };
      const { calls, events, files, differences } = await replayFile(file, place);
      for (const difference of differences.slice(0, 20)) console.log(difference);
      if (differences.length === 0)
        console.log(`Identical: ${calls} calls, ${files} files and directories, ${events} events.`);
      return differences.length === 0;
    } finally {
      await server.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const [file, ...more] = process.argv.slice(2);
if (file === undefined || more.length > 0 || file.startsWith('-')) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    // npm runs scripts in the repository, wherever it was called.
    process.exitCode = (await replay(resolve(process.env.INIT_CWD ?? '.', file))) ? 0 : 1;
  } catch (error) {
    console.error(toMessage(error));
    process.exitCode = (error as Error).name === 'ReplayDiverged' ? 1 : 2;
  }
}
