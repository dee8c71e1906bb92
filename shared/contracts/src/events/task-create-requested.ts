import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { AGENT_MODES, type AgentMode, APPROVALS, type Approval, TASK_TYPES, type TaskType } from '../task.ts';

export type TaskCreateRequested = {
  owner_id: string;
  type: TaskType;
  goal: string;
  agent_mode: AgentMode | null;
  approval: Approval;
  cap_micro_usd: number | null;
};

/** An agent in chat makes a task for its user; the subject is the id that the task will have. */
export const taskCreateRequested = defineEvent<TaskCreateRequested>({
  type: 'task.create_requested',
  topic: 'task.requests',
  doc: 'An agent in chat makes a task for its user. Published by agent-service, consumed by task-service.',
  schema: Joi.object<TaskCreateRequested, true>({
    owner_id: Joi.string().required(),
    type: Joi.string()
      .valid(...TASK_TYPES)
      .required(),
    goal: Joi.string().required(),
    agent_mode: Joi.string()
      .valid(...AGENT_MODES)
      .allow(null)
      .required(),
    approval: Joi.string()
      .valid(...APPROVALS)
      .required(),
    cap_micro_usd: Joi.number().integer().min(0).allow(null).required(),
  }).unknown(),
  sample: {
    owner_id: 'local-owner',
    type: 'build',
    goal: 'build a landing page',
    agent_mode: null,
    approval: 'none',
    cap_micro_usd: null,
  },
});
