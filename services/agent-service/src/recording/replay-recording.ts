// Runs a recorded run again: the product's own worker code, tools and sandbox, with the models' answers and the user's words
// taken from the recording. No key and no network are needed.
import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import type { RunDeps } from '../deps.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { findRecordedTree, readLedger } from '../ledger/read-ledger.ts';
import { addCommand } from '../runs/command.ts';
import { executeRun } from '../runs/execute-run.ts';
import type { RunState } from '../runs/run.ts';
import { claimRun, lockRunState, makeReady, readyForJob } from '../runs/run-store.ts';
import { repositoryOf } from '../workspace/workspace.ts';
import type { RecordedFile, RecordedRow, Recording } from './recording.ts';
import { newReplayModel, ReplayDiverged, ReplayEnds } from './replay-model.ts';
import { type ReplayItem, toReplayScript } from './replay-script.ts';
import { walkOf } from './workspace-walk.ts';

export type ReplayResult = {
  /** Answers that were given. */
  calls: number;
  files: number;
  /** What became of the run otherwise than recorded; none when it is identical. */
  differences: string[];
};

/** More turns than a run can take: a replay that goes in circles ends. */
const MAX_TURNS = 1_000;

/**
 * @param deps on a database and a directory that nothing else uses
 * @throws ReplayDiverged at the first call that differs from the recorded one; the signal's reason
 */
export async function replayRecording(
  deps: RunDeps,
  recording: Recording,
  logger: Logger,
  signal = new AbortController().signal,
): Promise<ReplayResult> {
  const { head, rows, files } = recording;
  const items = toReplayScript(rows);
  const calls = items.filter(({ kind }) => kind === 'answer').length;
  const task = `replay-${head.task_id}`;
  const request = { job_id: 'replay', owner_id: 'replay', until: 'end' as const, cap_micro_usd: null };
  const { goal, task_type, agent_mode, approval } = head;
  await deps.db.transaction((tx) =>
    makeReady(tx, task, { ...request, goal, task_type, agent_mode, approval }, `preview-of-${task}`),
  );
  for (let turn = 0; ; turn += 1) {
    if (turn > MAX_TURNS) throw new ReplayDiverged('The replay does not come to an end.');
    signal.throwIfAborted();
    await takeTurn({ deps, task, items, logger, signal }, castOf(items));
    if (items[0]?.kind === 'fault') items.shift();
    const next = items[0];
    if (!next) break;
    if (next.kind !== 'command' && next.kind !== 'fork')
      throw new ReplayDiverged(`The replay stopped where ${nameOf(next)} was recorded.`);
    await tellWhatWasSaid(deps, task, items);
  }
  const replayed = await readLedger(deps.db, task);
  const differences = [
    ...compareCommands(rows, replayed),
    ...compareLedgers(rows, replayed),
    ...compareFiles(files, await walkOf(repositoryOf(deps.workspaceRoot, task), await findRecordedTree(deps.db, task))),
  ];
  return { calls, files: files.length, differences };
}

const COMMAND = 'run_command';

const nameOf = (item: ReplayItem) => (item.kind === 'answer' ? `call ${item.callId}` : item.kind);

type Parts = { planner: string; builder: string; reviewer?: string };

/** Who plays which part until the next fork, which may have gone on with somebody else. */
function castOf(items: readonly ReplayItem[]): Parts {
  const fork = items.findIndex(({ kind }) => kind === 'fork');
  const ahead = fork === -1 ? items : items.slice(0, fork);
  const callers = ahead.flatMap((item) => {
    if (item.kind === 'answer') return [{ agent: item.agent, part: partOf(item.callId) }];
    return item.kind === 'fault' ? [{ agent: item.agent, part: item.purpose }] : [];
  });
  const agentOf = (part: string) => callers.find((caller) => caller.part === part)?.agent;
  const builder = agentOf('build') ?? callers[0]?.agent ?? 'template';
  const reviewer = agentOf('review');
  return { planner: agentOf('plan') ?? builder, builder, ...(reviewer !== undefined && { reviewer }) };
}

/** By the names that calls have: see ledger-entry.ts and review-step.ts. */
function partOf(callId: string): 'plan' | 'build' | 'review' {
  if (callId.startsWith('plan')) return 'plan';
  return /\.v\d+$/.test(callId) ? 'review' : 'build';
}

type Replay = { deps: RunDeps; task: string; items: ReplayItem[]; logger: Logger; signal: AbortSignal };

/** Drives the run until it stops, or asks for what its user has to say first. */
async function takeTurn({ deps, task, items, logger, signal }: Replay, parts: Parts): Promise<void> {
  const run = await claimRun(deps.db, 'replay');
  if (!run || run.task_id !== task)
    throw new ReplayDiverged('The run stopped, and nothing was recorded that goes on with it.');
  const model = (agent: string) =>
    newReplayModel(agent, `${agent} (recorded)`, items, () => tellMessages(deps, task, items));
  const cast = {
    planner: model(parts.planner),
    builder: model(parts.builder),
    ...(parts.reviewer && { reviewer: model(parts.reviewer) }),
  };
  const signals = {
    handOver: new AbortController().signal,
    abort: signal,
    commandsWait: () => true,
  };
  try {
    await executeRun({ ...deps, cast: () => cast }, run, logger, signals);
  } catch (error) {
    if (!(error instanceof ReplayEnds)) throw error;
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

async function tellWhatWasSaid(deps: RunDeps, task: string, items: ReplayItem[]): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const state = await lockRunState(tx, task);
    for (let item = items[0]; item?.kind === 'command' || item?.kind === 'fork'; item = items[0]) {
      if (item.kind === 'command') await addCommand(tx, task, item.command);
      items.shift();
    }
    await goOn(tx, task, state);
  });
}

async function goOn(tx: Tx, task: string, state: RunState | undefined): Promise<void> {
  if (state === undefined) throw new ReplayDiverged('There is no run to go on with.');
  await readyForJob(tx, task, 'replay', 'end');
}

/** What a run comes to, whoever was killed on the way and however often a call was tried. */
function outcomesOf(entries: readonly LedgerEntry[]): unknown[] {
  return entries.flatMap((entry): unknown[] => {
    switch (entry.kind) {
      case 'plan.made':
        return [[entry.kind, entry.steps]];
      case 'step.begun':
        return [[entry.kind, entry.step]];
      case 'tool.finished':
        return [[entry.kind, entry.call_id, entry.tool, entry.ok]];
      case 'review.given':
        return [[entry.kind, entry.step, entry.review.verdict]];
      case 'step.done':
        return [[entry.kind, entry.step, entry.after?.tree]];
      case 'step.failed':
      case 'run.failed':
        return [[entry.kind]];
      default:
        return [];
    }
  });
}

function compareLedgers(recorded: readonly RecordedRow[], replayed: readonly LedgerEntry[]): string[] {
  const [a, b] = [outcomesOf(recorded.map(({ entry }) => entry)), outcomesOf(replayed)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    if (isDeepStrictEqual(a[index], b[index])) continue;
    const say = (value: unknown) => (value === undefined ? 'nothing more' : JSON.stringify(value));
    return [`Outcome ${index + 1} was recorded as ${say(a[index])}; the replay came to ${say(b[index])}.`];
  }
  return [];
}

/** What each command printed, by its call: the last time, where it was made again after a kill. */
function printedBy(entries: readonly LedgerEntry[]): Map<string, string> {
  const commands = entries.flatMap((entry) =>
    entry.kind === 'tool.finished' && entry.tool === COMMAND ? [[entry.call_id, entry.output] as const] : [],
  );
  return new Map(commands);
}

/** One that says the time, or what it drew, says something else today. */
function compareCommands(recorded: readonly RecordedRow[], replayed: readonly LedgerEntry[]): string[] {
  const before = printedBy(recorded.map(({ entry }) => entry));
  return [...printedBy(replayed)].flatMap(([callId, output]) => {
    if (!before.has(callId) || before.get(callId) === output) return [];
    return [
      `Command ${callId} printed something else than what was recorded: it depends on the time, on chance or on the machine.`,
    ];
  });
}

function compareFiles(recorded: readonly RecordedFile[], replayed: readonly RecordedFile[]): string[] {
  const byPath = (files: readonly RecordedFile[]) => new Map(files.map((file) => [file.path, file]));
  const [a, b] = [byPath(recorded), byPath(replayed)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((path) => {
    if (!b.has(path)) return [`${path} was recorded and is not there.`];
    if (!a.has(path)) return [`${path} is there and was not recorded.`];
    return isDeepStrictEqual(a.get(path), b.get(path)) ? [] : [`${path} is not what was recorded.`];
  });
}
