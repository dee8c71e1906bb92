import type { Task } from '@builder-ai/contracts/task';
import { taskPath } from './task-path.ts';

type Post = <Body>(path: string, body: unknown) => Promise<Body>;

/** The calls by which a user stops a run and sets it going again; what comes of them is told on the timeline. */
export function steeringCalls(post: Post) {
  return {
    pauseTask: (taskId: string) => post<Task>(`${taskPath(taskId)}/pause`, {}),
    resumeTask: (taskId: string) => post<Task>(`${taskPath(taskId)}/resume`, {}),
    cancelTask: (taskId: string) => post<Task>(`${taskPath(taskId)}/cancel`, {}),
    /** @param step its index: it and all after it are made anew */
    retryTask: (taskId: string, step: number) => post<Task>(`${taskPath(taskId)}/retry`, { step }),
  };
}
