import Joi from 'joi';
import { defineShape } from '../shape.ts';
import {
  AGENT_MODES,
  APPROVALS,
  type Budget,
  type Message,
  TASK_STATUSES,
  TASK_TYPES,
  type Task,
  type UncertainCall,
  WAITING_REASONS,
} from '../task.ts';
import { id, microUsd, nullableText, SAMPLE_ID, SAMPLE_TIME, stepNumber, text, time } from './fields.ts';
import { logEntryShape } from './log-entry.ts';
import { planStepShape } from './plan-step.ts';

export const messageShape = defineShape<Message>({
  name: 'Message',
  schema: Joi.object<Message, true>({ role: text, agent: nullableText, content: text, timestamp: time }),
  sample: { role: 'user', agent: null, content: 'Make it blue.', timestamp: SAMPLE_TIME },
});

const waitingCall = Joi.object<UncertainCall, true>({ call_id: id, step: stepNumber, tool: text, summary: text });

export const budgetSchema = Joi.object<Budget, true>({
  cap_micro_usd: microUsd.allow(null).description('Millionths of a dollar; null: no limit.'),
  reserved_micro_usd: microUsd,
  spent_micro_usd: microUsd,
});

export const budgetShape = defineShape<Budget>({
  name: 'Budget',
  schema: budgetSchema,
  sample: { cap_micro_usd: 2_000_000, reserved_micro_usd: 0, spent_micro_usd: 0 },
});

export const taskShape = defineShape<Task>({
  name: 'Task',
  schema: Joi.object<Task, true>({
    id,
    title: text,
    type: Joi.string()
      .valid(...TASK_TYPES)
      .required(),
    goal: text,
    project_id: nullableText.description('null: the personal project of whoever made it.'),
    status: Joi.string()
      .valid(...TASK_STATUSES)
      .required(),
    waiting_for: Joi.string()
      .valid(...WAITING_REASONS)
      .allow(null)
      .required(),
    waiting_call: waitingCall
      .allow(null)
      .required()
      .description('What is to be settled (POST /tasks/{id}/resolve) or answered (POST /tasks/{id}/answer).'),
    plan: Joi.array().items(planStepShape.schema).required(),
    current_step: stepNumber.allow(null).description('The step that is run or comes next, counted from 0.'),
    created_at: time,
    updated_at: time,
    logs: Joi.array().items(logEntryShape.schema).required().description('The last 200; in lists none.'),
    error: nullableText,
    metadata: Joi.object().unknown().required(),
    messages: Joi.array().items(messageShape.schema).required().description('The last 200; in lists none.'),
    collaboration_log: nullableText.description('What the agents said to each other, readably; in lists null.'),
    agent_mode: Joi.string()
      .valid(...AGENT_MODES)
      .allow(null)
      .required(),
    approval: Joi.string()
      .valid(...APPROVALS)
      .required(),
    forked_from: Joi.object({ task_id: id, seq: Joi.number().integer().required() }).allow(null).required(),
    budget: budgetSchema.required(),
    seq: Joi.number().integer().min(1).required().description('The last entry of its timeline.'),
  }),
  sample: {
    id: SAMPLE_ID,
    title: 'Landing page',
    type: 'build',
    goal: 'build a landing page with a contact form',
    project_id: null,
    status: 'in_progress',
    waiting_for: null,
    waiting_call: null,
    plan: [planStepShape.sample],
    current_step: 1,
    created_at: SAMPLE_TIME,
    updated_at: '2026-01-01T00:00:02.000Z',
    logs: [logEntryShape.sample],
    error: null,
    metadata: {},
    messages: [messageShape.sample],
    collaboration_log: '[user] Make it blue.',
    agent_mode: null,
    approval: 'none',
    forked_from: null,
    budget: budgetShape.sample,
    seq: 12,
  },
});
