// A real Redis for tests: on loopback and in memory only, so that one that was killed comes back empty.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@builder-ai/local/free-port';
import { findRedisProgram } from './redis-programs.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export type TestRedis = ServerProcess & {
  url: string;
  /** Stops it for good. */
  close(): Promise<void>;
};

/** @throws Error that says what to install when Redis is neither there nor to be had */
export async function startTestRedis(): Promise<TestRedis> {
  const program = await findRedisProgram();
  const port = await findFreePort();
  const directory = mkdtempSync(join(tmpdir(), 'builder-test-redis-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const server = await startServerProcess({
      ...program,
      args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory],
      port,
    });
    return {
      ...server,
      url: `redis://127.0.0.1:${port}`,
      async close() {
        await server.kill();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
