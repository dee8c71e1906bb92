import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { parseRecording, type Recording } from './recording.ts';
import { replayApart } from './replay-apart.ts';
import { ReplayDiverged } from './replay-model.ts';
import type { ReplayResult } from './replay-recording.ts';
import { replayShape } from './replay-shape.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** A little less than the gateway waits. */
const LIMIT_MS = 100_000;
const MAX_DIFFERENCES = 100;

export type ReplayAnswer = ReplayResult & { identical: boolean };

let replaying = false;

/** Runs a recording again, in tables and a directory that are thrown away: see docs/recording.md. */
export const postReplay = endpoint<Deps, string>({
  method: 'post',
  path: '/recordings/replay',
  access: 'task.run',
  summary: 'Runs a recording again, apart from everything else',
  answers: { 200: replayShape },
  errors: ['RECORDING_INVALID', 'REPLAY_TOO_LONG', 'RATE_LIMITED'],
  bodySample: '{"type":"recording","version":1}',
  withoutIdempotencyKey: 'it changes nothing',
  text: { type: 'application/jsonl', maxBytes: MAX_BYTES },
  async handle({ deps, body, request }) {
    const recording = read(body);
    // It uses as much of the machine as a run does, and nobody waits for it as for a run.
    if (replaying) throw new AppError('RATE_LIMITED', { detail: 'Another recording is replayed now: try again.' });
    replaying = true;
    try {
      return { status: 200, body: await replay(deps, recording, endOf(request.socket)) };
    } finally {
      replaying = false;
    }
  },
});

function read(body: string): Recording {
  try {
    return parseRecording(body);
  } catch (error) {
    throw new AppError('RECORDING_INVALID', { detail: (error as Error).message });
  }
}

/** Nobody waits for the answer any more. */
function endOf(socket: { once(name: 'close', action: () => void): unknown }): AbortSignal {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  return gone.signal;
}

async function replay(deps: Deps, recording: Recording, gone: AbortSignal): Promise<ReplayAnswer> {
  const { db, databaseUrl, logger } = deps;
  const limit = AbortSignal.timeout(LIMIT_MS);
  // What a stranger's file says is never run without a sandbox, whatever is allowed to agents here.
  const sandbox = deps.sandbox?.name === 'unsafe' ? null : deps.sandbox;
  const signal = AbortSignal.any([limit, gone]);
  try {
    const result = await replayApart(recording, { db, databaseUrl, sandbox, logger: logger.child('replay'), signal });
    const { differences } = result;
    return { identical: differences.length === 0, ...result, differences: differences.slice(0, MAX_DIFFERENCES) };
  } catch (error) {
    if (limit.aborted) throw new AppError('REPLAY_TOO_LONG');
    if (!(error instanceof ReplayDiverged)) throw error;
    return { identical: false, calls: 0, events: 0, files: 0, differences: [error.message] };
  }
}
