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
import type { Sandbox } from '../sandbox/sandbox.ts';
import { parseRecording, type Recording } from './recording.ts';
import { type ReplayResult, replayRecording } from './replay-recording.ts';

export type ReplayPlace = {
  /** Of an empty database. */
  databaseUrl: string;
  /** An empty directory. */
  workspaceRoot: string;
  /** Where commands run; null: they fail. */
  sandbox: Sandbox | null;
  logger: Logger;
};

/** @throws ReplayDiverged at the first call that differs; Error when the file is no recording */
export async function replayFile(file: string, place: Omit<ReplayPlace, 'sandbox'>): Promise<ReplayResult> {
  const recording = parseRecording(await readFile(file, 'utf8'));
  return replayInPlace(recording, { ...place, sandbox: await findSandbox(place.logger) });
}

/** @throws ReplayDiverged at the first call that differs; the signal's reason */
export async function replayInPlace(
  recording: Recording,
  { databaseUrl, workspaceRoot, logger, sandbox, signal }: ReplayPlace & { signal?: AbortSignal },
): Promise<ReplayResult> {
  await migrate({ databaseUrl, directory: MIGRATIONS });
  const db = openDatabase({ url: databaseUrl, name: 'replay', logger });
  try {
    const deps: RunDeps = {
      tellLive: () => {},
      db,
      workspaceRoot,
      outbox: newOutbox('agent-service'),
      sandbox,
      mcp: NO_MCP_TOOLS,
      // Nobody is asked: the answers are in the recording.
      models: { template: newTemplateModel() },
      roles: DEFAULT_ROLES,
      prompts: readPrompts(),
      defaultMode: null,
      limits: { modelCalls: Number.MAX_SAFE_INTEGER, minutes: Number.MAX_SAFE_INTEGER / 60_000, retrySeconds: 1 },
    };
    return await replayRecording(deps, recording, logger, signal);
  } finally {
    await db.close();
  }
}
