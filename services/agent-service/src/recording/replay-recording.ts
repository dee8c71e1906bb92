// Runs a recorded run again: the product's own worker code, tools and sandbox, with the models' answers and the user's words
// taken from the recording. No key and no network are needed.
import type { Tx } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import type { RunDeps } from '../deps.ts';
import { findRecordedTree, readLedger } from '../ledger/read-ledger.ts';
import { addCommand } from '../runs/command.ts';
import { executeRun } from '../runs/execute-run.ts';
import { MAX_RECOVERIES, type RunState } from '../runs/run.ts';
import { HandedOver } from '../runs/run-signals.ts';
import { claimRun, lockRunState, makeReady, readyForJob } from '../runs/run-store.ts';
import { repositoryOf } from '../workspace/workspace.ts';
import { compareEvents } from './compare-events.ts';
import { compareCommands, compareFiles, compareLedgers } from './compare-outcomes.ts';
import { readEvents } from './read-events.ts';
import { newRecordedTools } from './recorded-tools.ts';
import type { Recording } from './recording.ts';
import { newReplayModel, ReplayDiverged, ReplayEnds } from './replay-model.ts';
import { partOf, type ReplayItem, toReplayScript } from './replay-script.ts';
import { stopInAnswer } from './stop-in-answer.ts';
import { walkOf } from './workspace-walk.ts';

export type ReplayResult = {
  /** Answers that were given. */
  calls: number;
  /** Recorded events that were compared; 0: the recording has none. */
  events: number;
  files: number;
  /** What became of the run otherwise than recorded; none when it is identical. */
  differences: string[];
};

/** More turns than a run can take: a replay that goes in circles ends. */
const MAX_TURNS = 1_000;

/**
 * @param given on a database and a directory that nothing else uses
 * @throws ReplayDiverged at the first call that differs from the recorded one; the signal's reason
 */
export async function replayRecording(
  given: RunDeps,
  recording: Recording,
  logger: Logger,
  signal = new AbortController().signal,
): Promise<ReplayResult> {
  const { head, rows, events, files } = recording;
  const deps: RunDeps = { ...given, mcp: newRecordedTools(recording) };
  const items = toReplayScript(recording);
  const calls = items.filter(({ kind }) => kind === 'answer').length;
  const task = `replay-${head.task_id}`;
  const request = { job_id: 'replay', owner_id: 'replay', until: 'end' as const, cap_micro_usd: null };
  const { goal, task_type, agent_mode, approval } = head;
  await deps.db.transaction((tx) =>
    makeReady(tx, task, { ...request, goal, task_type, agent_mode, approval }, `preview-of-${task}`),
  );
  const replay: Replay = { deps, task, items, logger, signal, done: new Map(), ofParents: 0, givesUp: false };
  for (let turn = 0; ; turn += 1) {
    if (turn > MAX_TURNS) throw new ReplayDiverged('The replay does not come to an end.');
    signal.throwIfAborted();
    await takeTurn(replay, castOf(items));
    if (items[0]?.kind === 'fault') items.shift();
    const next = items[0];
    if (!next || next.kind === 'end') break;
    if (next.kind === 'answer' || next.kind === 'limit' || next.kind === 'fault')
      throw new ReplayDiverged(`The replay stopped where ${nameOf(next)} was recorded.`);
    await tellWhatWasSaid(replay);
  }
  const replayed = await readLedger(deps.db, task);
  const told = (await readEvents(deps.db, task)).slice(replay.ofParents);
  const differences = [
    ...compareCommands(rows, replayed),
    ...compareLedgers(rows, replayed),
    ...compareEvents(rows, events, told, recording.state !== undefined),
    ...compareFiles(files, await walkOf(repositoryOf(deps.workspaceRoot, task), await findRecordedTree(deps.db, task))),
  ];
  return { calls, events: events.length, files: files.length, differences };
}

const nameOf = (item: ReplayItem) => (item.kind === 'answer' ? `call ${item.callId}` : item.kind);

type Parts = { planner: string; builder: string; reviewer?: string };

/** Who plays which part until the next fork, which may have gone on with somebody else. */
function castOf(items: readonly ReplayItem[]): Parts {
  const fork = items.findIndex(({ kind }) => kind === 'fork');
  const ahead = fork === -1 ? items : items.slice(0, fork);
  const callers = ahead.flatMap((item) => {
    if (item.kind === 'answer') return [{ agent: item.agent, part: partOf(item.callId) }];
    if (item.kind === 'fault') return [{ agent: item.agent, part: item.purpose }];
    return 'asked' in item && item.asked ? [{ agent: item.asked.agent, part: item.asked.purpose }] : [];
  });
  const agentOf = (part: string) => callers.find((caller) => caller.part === part)?.agent;
  const builder = agentOf('build') ?? callers[0]?.agent ?? 'template';
  const reviewer = agentOf('review');
  return { planner: agentOf('plan') ?? builder, builder, ...(reviewer !== undefined && { reviewer }) };
}

type Replay = {
  deps: RunDeps;
  task: string;
  items: ReplayItem[];
  logger: Logger;
  signal: AbortSignal;
  /** How often each step was done. */
  done: Map<number, number>;
  /** How many events its parents told, where it is a fork. */
  ofParents: number;
  /** It was taken over too often: it fails when it is driven next. */
  givesUp: boolean;
};

/** Drives the run until it stops, or asks for what its user has to say first. */
async function takeTurn(replay: Replay, parts: Parts): Promise<void> {
  const { deps, task, items, logger, signal, done } = replay;
  const run = await claimRun(deps.db, 'replay');
  if (!run || run.task_id !== task)
    throw new ReplayDiverged('The run stopped, and nothing was recorded that goes on with it.');
  if (replay.givesUp) run.recoveries = MAX_RECOVERIES + 1;
  replay.givesUp = false;
  const stop = stopInAnswer(deps.outbox, items, done);
  const onAnswer = async (callId: string) => {
    await tellMessages(deps, task, items);
    stop.answered(callId);
  };
  const model = (agent: string) => newReplayModel(agent, `${agent} (recorded)`, items, onAnswer);
  const cast = {
    planner: model(parts.planner),
    builder: model(parts.builder),
    ...(parts.reviewer && { reviewer: model(parts.reviewer) }),
  };
  const signals = {
    handOver: stop.handOver,
    abort: AbortSignal.any([signal, stop.abort]),
    commandsWait: () => true,
  };
  try {
    await executeRun({ ...deps, outbox: stop.outbox, cast: () => cast }, run, logger, signals);
  } catch (error) {
    if (!(error instanceof ReplayEnds || error instanceof HandedOver)) throw error;
  }
}

/** What the user said while the agents worked is heard before their next answer. */
async function tellMessages(deps: RunDeps, task: string, items: ReplayItem[]): Promise<void> {
  for (let item = items[0]; item?.kind === 'command' && item.command.kind === 'message.posted'; item = items[0]) {
    const { command } = item;
    await deps.db.transaction(async (tx) => {
      await lockRunState(tx, task);
      await addCommand(tx, task, command);
    });
    items.shift();
  }
}

async function tellWhatWasSaid(replay: Replay): Promise<void> {
  const { deps, task, items } = replay;
  let told = (await readEvents(deps.db, task)).length;
  await deps.db.transaction(async (tx) => {
    const state = await lockRunState(tx, task);
    for (let item = items[0]; item && isSaid(item); item = items[0]) {
      items.shift();
      // What the user said before the fork is told by the parent's run.
      if (item.kind === 'fork') replay.ofParents = told;
      else if (item.kind === 'command') {
        await addCommand(tx, task, item.command);
        told += item.tells;
      } else {
        // It ends by that before it hears anything more.
        if (item.kind === 'cancel')
          await addCommand(tx, task, { kind: 'run.cancel_requested', data: { requested_by: 'replay' } });
        replay.givesUp = item.kind === 'give-up';
        break;
      }
    }
    await goOn(tx, task, state);
  });
}

type Said = Extract<ReplayItem, { kind: 'command' | 'fork' | 'cancel' | 'give-up' }>;

const isSaid = (item: ReplayItem): item is Said => ['command', 'fork', 'cancel', 'give-up'].includes(item.kind);

async function goOn(tx: Tx, task: string, state: RunState | undefined): Promise<void> {
  if (state === undefined) throw new ReplayDiverged('There is no run to go on with.');
  await readyForJob(tx, task, 'replay', 'end');
}
