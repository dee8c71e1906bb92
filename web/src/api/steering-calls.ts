import type { CallDecision, Task } from '@builder-ai/contracts/task';
import type { Send } from './api-call.ts';
import { taskPath } from './task-path.ts';

export type PlanEdit = { description: string }[];

/** The calls by which a user stops a run and sets it going again; what comes of them is told on the timeline. */
export function steeringCalls(send: Send) {
  const post = (path: string, body: unknown) => send<Task>('POST', path, body);
  return {
    pauseTask: (taskId: string) => post(`${taskPath(taskId)}/pause`, {}),
    resumeTask: (taskId: string) => post(`${taskPath(taskId)}/resume`, {}),
    cancelTask: (taskId: string) => post(`${taskPath(taskId)}/cancel`, {}),
    /** @param step its index: it and all after it are made anew */
    retryTask: (taskId: string, step: number) => post(`${taskPath(taskId)}/retry`, { step }),
    approveTask: (taskId: string) => post(`${taskPath(taskId)}/approve`, {}),
    answerQuestion: (taskId: string, answer: string) => post(`${taskPath(taskId)}/answer`, { answer }),
    /** Says something to the agents; they read it before their next answer. */
    postMessage: (taskId: string, content: string) => post(`${taskPath(taskId)}/messages`, { content }),
    resolveCall: (taskId: string, callId: string, decision: CallDecision, result?: string) =>
      post(`${taskPath(taskId)}/resolve`, { call_id: callId, decision, ...(result && { result }) }),
    /** @param seq of the task whose plan was edited: refused when the task has changed since then */
    changePlan: (taskId: string, plan: PlanEdit, seq: number) =>
      send<Task>('PATCH', taskPath(taskId), { plan }, { 'if-match': `"${seq}"` }),
    /** @param capMicroUsd null for no limit; a task that waits for budget goes on by itself */
    changeCap: (taskId: string, capMicroUsd: number | null) =>
      send<Task>('PATCH', taskPath(taskId), { budget: { cap_micro_usd: capMicroUsd } }),
  };
}
