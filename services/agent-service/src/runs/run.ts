// What a run is: pure.

import type { AgentMode, Approval, Review, RunUntil, TaskType } from '@builder-ai/contracts/task';
import type { Fence } from '../ledger/facts.ts';
import type { AskedPart } from '../ledger/ledger-entry.ts';
import type { NumberedCommand } from './command.ts';

export type RunState = 'idle' | 'ready' | 'running' | 'ended';

/** A run that this process has claimed: `epoch` is its fencing token. */
export type ClaimedRun = {
  task_id: string;
  owner_id: string;
  goal: string;
  task_type: TaskType;
  agent_mode: AgentMode | null;
  approval: Approval;
  job_id: string;
  /** When the job began that the run is driven for. */
  job_at: Date;
  until: RunUntil;
  epoch: number;
  recoveries: number;
  /** The last ledger row; 0: nothing was done yet. */
  ledger_no: number;
  /** The last command. */
  command_no: number;
  /** The last command that an owner of the run has seen. */
  seen_command_no: number;
  /** Those after it, oldest first; one that came while the run was claimed may be missing. */
  commands: NumberedCommand[];
  /** The request that the job came from, as a W3C traceparent. */
  traceparent: string | null;
  /** True when another worker had it and stopped renewing its lease, or handed it over. */
  taken_over: boolean;
};

/** How often a run may be taken over without finishing a call, before it fails with all kept. */
export const MAX_RECOVERIES = 10;

/** How many answers a model may give in one step. */
export const MAX_ANSWERS_PER_STEP = 50;

/** How often a reviewer may send a step back before its user decides. */
export const MAX_REVIEW_ROUNDS = 3;

/** How often the planner may change the plan after failed steps. */
export const MAX_REPLANS = 2;

/** What a run may use for one job before it fails with all kept. */
export type RunLimits = {
  modelCalls: number;
  minutes: number;
  /** Of all attempts of one call together: no attempt begins later. The run waits then, and can be run again. */
  retrySeconds: number;
};

/** The reviewer wants changes and has said so often enough: the user decides. */
export function isDisputed({ verdict, round, accepted_by_user }: Review): boolean {
  return verdict === 'changes' && round >= MAX_REVIEW_ROUNDS && !accepted_by_user;
}

/** Names a step's calls: a step that is made anew has calls of its own. */
export function callPrefix(step: number, attempt: number): string {
  return attempt > 1 ? `${step}r${attempt}` : String(step);
}

/** How long one answer of the builder may be. */
export const MAX_OUTPUT_TOKENS = 16_384;

/** What every ledger write of a claimed run is checked against. */
export function fenceOf(run: ClaimedRun): Fence {
  return { taskId: run.task_id, epoch: run.epoch, ownerId: run.owner_id };
}

/** A step that cannot be done; the run fails with everything made so far kept. */
export class StepFailed extends Error {
  readonly step: number;
  /** The run has used what one job may use, and would have asked this part: no other plan would help. */
  readonly limit: AskedPart | undefined;

  constructor(step: number, reason: string, limit?: AskedPart) {
    super(`Step ${step + 1} failed: ${reason}`);
    this.name = 'StepFailed';
    this.step = step;
    this.limit = limit;
  }

  /** As it was recorded. */
  static again(step: number, message: string, limit?: AskedPart): StepFailed {
    const failed = new StepFailed(step, message, limit);
    failed.message = message;
    return failed;
  }
}
