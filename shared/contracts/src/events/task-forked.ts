import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { AGENT_MODES, type AgentMode, TASK_TYPES, type TaskType } from '../task.ts';

export type TaskForked = {
  owner_id: string;
  goal: string;
  task_type: TaskType;
  agent_mode: AgentMode | null;
  cap_micro_usd: number | null;
  parent_id: string;
  /** The entry of the parent's timeline from which the fork goes on. */
  parent_seq: number;
  /** The last thing of the parent's run that belongs to the fork as well; null: nothing does. */
  after: ForkPoint | null;
};

/** `step`: that step was done; `call`: that tool call of step `step` was finished. */
export type ForkPoint = { kind: 'plan' | 'step' | 'call'; step?: number; call_id?: string };

/** A task was made from another one as that was at some point; the subject is the new task. */
export const taskForked = defineEvent<TaskForked>({
  type: 'task.forked',
  topic: 'task.commands',
  doc: 'A task was made from another one as that was at some point. Published by task-service, consumed by agent-service.',
  schema: Joi.object<TaskForked, true>({
    owner_id: Joi.string().required(),
    goal: Joi.string().required(),
    task_type: Joi.string()
      .valid(...TASK_TYPES)
      .required(),
    agent_mode: Joi.string()
      .valid(...AGENT_MODES)
      .allow(null)
      .required(),
    cap_micro_usd: Joi.number().integer().min(0).allow(null).required(),
    parent_id: Joi.string().required(),
    parent_seq: Joi.number().integer().min(1).required(),
    after: Joi.object<ForkPoint>({
      kind: Joi.string().valid('plan', 'step', 'call').required(),
      step: Joi.number().integer().min(0),
      call_id: Joi.string(),
    })
      .unknown()
      .allow(null)
      .required(),
  }).unknown(),
  sample: {
    owner_id: 'local-owner',
    goal: 'build a landing page',
    task_type: 'build',
    agent_mode: 'chatgpt',
    cap_micro_usd: null,
    parent_id: '0198f0c2-7a10-7000-8000-000000000001',
    parent_seq: 41,
    after: { kind: 'step', step: 1 },
  },
});
