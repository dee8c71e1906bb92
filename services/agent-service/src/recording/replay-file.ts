// Replays a recording on a database and in a directory that are made for it.
import { readFile } from 'node:fs/promises';
import { openDatabase } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import { readPrompts } from '../agents/prompt.ts';
import { MIGRATIONS } from '../compose.ts';
import type { RunDeps } from '../deps.ts';
import { NO_MCP_TOOLS } from '../mcp/mcp-tools.ts';
import { DEFAULT_ROLES } from '../models/model-choice.ts';
import { newTemplateModel } from '../models/template-model.ts';
import { findSandbox } from '../sandbox/find-sandbox.ts';
import { parseRecording } from './recording.ts';
import { type ReplayResult, replayRecording } from './replay-recording.ts';

export type ReplayPlace = {
  /** Of an empty database. */
  databaseUrl: string;
  /** An empty directory. */
  workspaceRoot: string;
  logger: Logger;
};

/** @throws ReplayDiverged at the first call that differs; Error when the file is no recording */
export async function replayFile(
  file: string,
  { databaseUrl, workspaceRoot, logger }: ReplayPlace,
): Promise<ReplayResult> {
  const recording = parseRecording(await readFile(file, 'utf8'));
  await migrate({ databaseUrl, directory: MIGRATIONS });
  const db = openDatabase({ url: databaseUrl, name: 'replay', logger });
  try {
    const deps: RunDeps = {
      tellLive: () => {},
      db,
      workspaceRoot,
      outbox: newOutbox('agent-service'),
      sandbox: await findSandbox(logger),
      mcp: NO_MCP_TOOLS,
      // Nobody is asked: the answers are in the recording.
      models: { template: newTemplateModel() },
      roles: DEFAULT_ROLES,
      prompts: readPrompts(),
      defaultMode: null,
      limits: { modelCalls: Number.MAX_SAFE_INTEGER, minutes: Number.MAX_SAFE_INTEGER / 60_000 },
    };
    return await replayRecording(deps, recording, logger);
  } finally {
    await db.close();
  }
}
