import { taskForked } from '@builder-ai/contracts/events/task-forked';
import { taskForkedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { AGENT_MODES, type AgentMode } from '@builder-ai/contracts/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { changeTask } from './change-task.ts';
import { getTaskView } from './find-task.ts';
import { findForkPoint } from './fork-point.ts';
import { sanitiseGoal } from './sanitise-goal.ts';
import { insertFork } from './task-row.ts';
import { appendToTimeline } from './timeline.ts';

type ForkTask = {
  at_seq?: number;
  at_step?: number;
  agent_mode?: AgentMode | null;
  goal?: string;
  budget?: { cap_micro_usd: number | null };
};

/**
 * Makes a new task from this one as it was: files, conversation, plan and what was left of its budget. The parent stays as
 * it is, and may be running. The answer's `forked_from.seq` says after which entry of the parent's timeline it goes on.
 */
export const forkTask = endpoint<Deps, ForkTask>({
  method: 'post',
  path: '/tasks/:id/fork',
  access: 'task.create',
  summary: 'Makes a new task from this one as it was',
  answers: { 200: taskShape },
  errors: ['TASK_NOT_FOUND', 'NO_SUCH_STEP', 'GOAL_EMPTY', 'GOAL_TOO_LONG', 'RATE_LIMITED'],
  bodySample: { at_step: 1 },
  body: Joi.object<ForkTask, true>({
    at_seq: Joi.number().integer().min(1).description('After the last call that was finished by this entry.'),
    at_step: Joi.number().integer().min(0).description('Before this step, by its index.'),
    agent_mode: Joi.string()
      .valid(...AGENT_MODES)
      .allow(null)
      .description("By default the parent's."),
    goal: Joi.string().description("By default the parent's."),
    budget: Joi.object({ cap_micro_usd: Joi.number().integer().min(0).allow(null).required() }).description(
      'By default what was left of it at that point.',
    ),
  }).xor('at_seq', 'at_step'),
  async handle(context) {
    const { deps, body, identity } = context;
    const { at_seq, at_step } = body;
    const goal = body.goal === undefined ? undefined : sanitiseGoal(body.goal);
    const id = await changeTask(context, body, async (tx, parent) => {
      const point = await findForkPoint(tx, parent, at_step === undefined ? { seq: at_seq ?? 1 } : { step: at_step });
      if (!point) throw new AppError('NO_SUCH_STEP');
      const { seq, after } = point;
      // The client's own metadata is no part of the timeline.
      const state = { ...point.state, metadata: { ...parent.metadata, ...point.state.metadata } };
      const left = parent.cap_micro_usd === null ? null : Math.max(0, parent.cap_micro_usd - state.spent_micro_usd);
      const fork = await insertFork(tx, {
        id: newId(),
        parent,
        seq,
        state,
        messages: point.messages,
        collaboration_log: point.collaborationLog,
        goal: goal ?? parent.goal,
        agent_mode: body.agent_mode === undefined ? parent.agent_mode : body.agent_mode,
        cap_micro_usd: body.budget === undefined ? left : body.budget.cap_micro_usd,
      });
      const { owner_id, title, type: task_type, agent_mode, cap_micro_usd } = fork;
      const from = { parent_id: parent.id, parent_seq: seq };
      await appendToTimeline(tx, deps.outbox, fork, taskForkedEntry, { title, goal: fork.goal, ...from });
      const told = { owner_id, goal: fork.goal, task_type, agent_mode, cap_micro_usd, ...from, after };
      await deps.outbox.add(tx, fork.id, [entry(taskForked, told, { ownerId: owner_id })]);
      tx.afterCommit(() => deps.counters.created.inc());
      return fork.id;
    });
    return { status: 200, body: await getTaskView(deps, identity, id), headers: { location: `/tasks/${id}` } };
  },
});
