// The shapes a client sees. Names are snake_case on the wire; times are ISO 8601 UTC; money is integer micro-dollars.
import type { CommandOutput } from './events/command-output.ts';
import type { MessageDelta } from './events/message-delta.ts';

export const TASK_TYPES = ['build', 'fix', 'refactor', 'test', 'docs', 'chat'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const TASK_STATUSES = ['queued', 'in_progress', 'waiting', 'completed', 'failed', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const WAITING_REASONS = ['approval', 'budget', 'input', 'resume', 'uncertain'] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

export const STEP_STATUSES = ['pending', 'in_progress', 'completed', 'failed', 'skipped', 'waiting'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const JOB_STATUSES = ['queued', 'started', 'succeeded', 'failed', 'cancelled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** How long a Task answer's `logs`, `plan[].logs` and `messages` may be; the rest is at `/tasks/:id/logs`. */
export const BOUNDED_LIST_LENGTH = 200;

export type LogEntry = {
  seq: number;
  timestamp: string;
  level: LogLevel;
  agent: string | null;
  step: number | null;
  message: string;
};

/** `unreviewed`: no review could be had; that is never the same as approved. */
export const REVIEW_VERDICTS = ['approved', 'changes', 'unreviewed'] as const;
export type ReviewVerdict = (typeof REVIEW_VERDICTS)[number];

export type ReviewReason = { file: string | null; line: number | null; reason: string };

/** What the reviewer last said of a step. */
export type Review = {
  /** 1 is the first look at the step. */
  round: number;
  agent: string;
  verdict: ReviewVerdict;
  summary: string;
  reasons: ReviewReason[];
  /** The user took the step although its reviewer wanted changes. */
  accepted_by_user: boolean;
};

/** What is kept of a step in the task's row. `logs` is added when a Task is answered. */
export type StepRecord = {
  index: number;
  description: string;
  status: StepStatus;
  agent: string | null;
  started_at: string | null;
  finished_at: string | null;
  /** How often the step was begun: more than 1 after a take-over. */
  attempts: number;
  result: string | null;
  /** Of an imported step: whatever it brought along. */
  review: Review | Record<string, unknown> | null;
  /** The commit of the workspace after this step. */
  commit: string | null;
  cost_micro_usd: number;
};

export type PlanStep = StepRecord & { logs: LogEntry[] };

export type Message = { role: string; agent: string | null; content: string; timestamp: string };

/** A call that waits for its user: it was interrupted and may or may not have been done, or it asks something. */
export type UncertainCall = { call_id: string; step: number; tool: string; summary: string };

/** What a user can decide about it. */
export const CALL_DECISIONS = ['done', 'redo', 'fail'] as const;
export type CallDecision = (typeof CALL_DECISIONS)[number];

export type Budget = { cap_micro_usd: number | null; reserved_micro_usd: number; spent_micro_usd: number };

export type Task = {
  id: string;
  title: string;
  type: TaskType;
  goal: string;
  project_id: string | null;
  status: TaskStatus;
  waiting_for: WaitingReason | null;
  /** What `POST /tasks/:id/resolve` is to settle or `POST /tasks/:id/answer` to answer, while it waits for that. */
  waiting_call: UncertainCall | null;
  plan: PlanStep[];
  /** 0-based index of the step being run or next to run; null before the plan and after the end. */
  current_step: number | null;
  created_at: string;
  updated_at: string;
  logs: LogEntry[];
  error: string | null;
  metadata: Record<string, unknown>;
  messages: Message[];
  collaboration_log: string | null;
  agent_mode: AgentMode | null;
  approval: Approval;
  /** The task that it was made from, as that was after entry `seq` of its timeline. */
  forked_from: { task_id: string; seq: number } | null;
  budget: Budget;
  /** The last timeline entry. */
  seq: number;
};

export const AGENT_MODES = ['claude', 'chatgpt', 'local', 'multi', 'template'] as const;
export type AgentMode = (typeof AGENT_MODES)[number];

/** What waits for the user's approval: nothing, the plan before its first step, or each step before it begins. */
export const APPROVALS = ['none', 'plan', 'step'] as const;
export type Approval = (typeof APPROVALS)[number];

/** How far a run goes before it stops by itself. */
export const RUN_UNTIL = ['step', 'end'] as const;
export type RunUntil = (typeof RUN_UNTIL)[number];

export type JobAnswer = {
  task_id: string;
  job_id: string;
  status: JobStatus;
  result: Task | { error: string } | null;
};

/** A piece of what comes live and is not kept: of what a model says, or of what a command prints. */
export type TaskDelta =
  | { task_id: string; event_type: 'message_delta'; data: MessageDelta }
  | { task_id: string; event_type: 'command_output'; data: CommandOutput };

/** One entry of a task's timeline, as `GET /tasks/:id/events` and the socket's `task_event` give it. */
export type TaskEvent = {
  id: string;
  seq: number;
  event_type: string;
  task_id: string;
  timestamp: string;
  data: Record<string, unknown>;
};

export type WorkspaceFile = { path: string; type: 'file' | 'directory' | 'link'; size: number; mode: string };
