// What a run is: pure.
import type { AgentMode, RunUntil, TaskType } from '@builder-ai/contracts/task';

export type RunState = 'idle' | 'ready' | 'running' | 'ended';

/** A run that this process has claimed: `epoch` is its fencing token. */
export type ClaimedRun = {
  task_id: string;
  owner_id: string;
  goal: string;
  task_type: TaskType;
  agent_mode: AgentMode | null;
  job_id: string;
  until: RunUntil;
  epoch: number;
  recoveries: number;
  /** The last command that an owner of the run has seen. */
  seen_command_no: number;
  /** True when another worker had it and stopped renewing its lease, or handed it over. */
  taken_over: boolean;
};

/** How often a run may be taken over without finishing a call, before it fails with all kept. */
export const MAX_RECOVERIES = 10;

/** How many answers a model may give in one step. */
export const MAX_ANSWERS_PER_STEP = 50;

/** How long one answer of the builder may be. */
export const MAX_OUTPUT_TOKENS = 16_384;

/** What every ledger write of a claimed run is checked against. */
export function fenceOf(run: ClaimedRun): { taskId: string; epoch: number } {
  return { taskId: run.task_id, epoch: run.epoch };
}

/** A step that cannot be done; the run fails with everything made so far kept. */
export class StepFailed extends Error {
  readonly step: number;

  constructor(step: number, reason: string) {
    super(`Step ${step + 1} failed: ${reason}`);
    this.name = 'StepFailed';
    this.step = step;
  }
}
