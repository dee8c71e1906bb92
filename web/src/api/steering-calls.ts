import { type ApiClient, dataOf } from '@builder-ai/client/client';
import type { CallDecision } from '@builder-ai/contracts/task';
import { withId } from './with-id.ts';

export type PlanEdit = { description: string }[];

/** The calls by which a user stops a run and sets it going again; what comes of them is told on the timeline. */
export function steeringCalls(client: ApiClient) {
  return {
    pauseTask: (taskId: string) => dataOf(client.POST('/tasks/{id}/pause', withId(taskId))),
    resumeTask: (taskId: string) => dataOf(client.POST('/tasks/{id}/resume', withId(taskId))),
    cancelTask: (taskId: string) => dataOf(client.POST('/tasks/{id}/cancel', withId(taskId))),
    /** @param step its index: it and all after it are made anew */
    retryTask: (taskId: string, step: number) =>
      dataOf(client.POST('/tasks/{id}/retry', { ...withId(taskId), body: { step } })),
    approveTask: (taskId: string) => dataOf(client.POST('/tasks/{id}/approve', { ...withId(taskId), body: {} })),
    answerQuestion: (taskId: string, answer: string) =>
      dataOf(client.POST('/tasks/{id}/answer', { ...withId(taskId), body: { answer } })),
    /** Says something to the agents; they read it before their next answer. */
    postMessage: (taskId: string, content: string) =>
      dataOf(client.POST('/tasks/{id}/messages', { ...withId(taskId), body: { content } })),
    resolveCall: (taskId: string, call_id: string, decision: CallDecision, result?: string) =>
      dataOf(
        client.POST('/tasks/{id}/resolve', {
          ...withId(taskId),
          body: { call_id, decision, ...(result && { result }) },
        }),
      ),
    /** @param seq of the task whose plan was edited: refused when the task has changed since then */
    changePlan: (id: string, plan: PlanEdit, seq: number) =>
      dataOf(
        client.PATCH('/tasks/{id}', { params: { path: { id }, header: { 'If-Match': `"${seq}"` } }, body: { plan } }),
      ),
    /** @param cap_micro_usd null for no limit; a task that waits for budget goes on by itself */
    changeCap: (taskId: string, cap_micro_usd: number | null) =>
      dataOf(client.PATCH('/tasks/{id}', { ...withId(taskId), body: { budget: { cap_micro_usd } } })),
  };
}
