import Joi from 'joi';
import { defineEvent } from '../event.ts';
import {
  AGENT_MODES,
  type AgentMode,
  APPROVALS,
  type Approval,
  RUN_UNTIL,
  type RunUntil,
  TASK_TYPES,
  type TaskType,
} from '../task.ts';

export type RunRequested = {
  job_id: string;
  owner_id: string;
  goal: string;
  task_type: TaskType;
  until: RunUntil;
  agent_mode: AgentMode | null;
  /** What the task may spend; absent or null: no cap. */
  cap_micro_usd?: number | null;
  /** Absent: none. */
  approval?: Approval;
  /** The descriptions of the plan's steps, where there is a plan: its user may have changed it since the last job. */
  steps?: string[];
};

/** A client asked that a task be run. Published by task-service, consumed by agent-service. */
export const runRequested = defineEvent<RunRequested>({
  type: 'run.requested',
  topic: 'task.commands',
  doc: 'A client asked that a task be run. Published by task-service, consumed by agent-service.',
  schema: Joi.object<RunRequested, true>({
    job_id: Joi.string().required(),
    owner_id: Joi.string().required(),
    goal: Joi.string().required(),
    task_type: Joi.string()
      .valid(...TASK_TYPES)
      .required(),
    until: Joi.string()
      .valid(...RUN_UNTIL)
      .required(),
    agent_mode: Joi.string()
      .valid(...AGENT_MODES)
      .allow(null)
      .required(),
    cap_micro_usd: Joi.number().integer().min(0).allow(null),
    approval: Joi.string().valid(...APPROVALS),
    steps: Joi.array().items(Joi.string()).min(1),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    owner_id: 'local-owner',
    goal: 'build a landing page',
    task_type: 'build',
    until: 'end',
    agent_mode: null,
  },
});
