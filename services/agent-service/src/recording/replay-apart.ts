// Replays a recording beside the runs of this service: in tables and a directory of its own, which are gone afterwards.
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { removeTree } from '../workspace/remove-tree.ts';
import type { Recording } from './recording.ts';
import { replayInPlace } from './replay-file.ts';
import type { ReplayResult } from './replay-recording.ts';

export type ReplayApart = {
  db: Database;
  /** The database that `db` is open on. */
  databaseUrl: string;
  /** Where commands run; null: they fail. */
  sandbox: Sandbox | null;
  logger: Logger;
  signal: AbortSignal;
};

/** A replay that was killed leaves its tables: whoever replays next clears them away. */
const LEFT_AFTER_MS = 3_600_000;
const NAME = /^replay_(\d+)_[0-9a-f]+$/;

/** @throws ReplayDiverged at the first call that differs; the signal's reason */
export async function replayApart(recording: Recording, options: ReplayApart): Promise<ReplayResult> {
  const { db, databaseUrl } = options;
  await clearLeftOver(db);
  const schema = `replay_${Date.now()}_${randomBytes(6).toString('hex')}`;
  const workspaceRoot = await mkdtemp(join(tmpdir(), 'builder-replay-'));
  try {
    await db.query(`create schema ${schema}`);
    const url = new URL(databaseUrl);
    url.searchParams.set('options', `-c search_path=${schema}`);
    return await replayInPlace(recording, { ...options, databaseUrl: url.href, workspaceRoot });
  } finally {
    await removeTree(workspaceRoot);
    await db.query(`drop schema if exists ${schema} cascade`);
  }
}

async function clearLeftOver(db: Database): Promise<void> {
  const schemas = await db.query<{ name: string }>(
    "select nspname as name from pg_namespace where nspname like 'replay%'",
  );
  for (const { name } of schemas) {
    const madeAt = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (Date.now() - madeAt > LEFT_AFTER_MS) await db.query(`drop schema if exists ${name} cascade`);
  }
}
