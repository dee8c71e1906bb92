// What a developer does with the API: calls by key, and a socket.
import type { JobAnswer, Task, TaskEvent, WorkspaceFile } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { io, type Socket } from 'socket.io-client';
import { API_KEY } from './product.ts';

export type Client = ReturnType<typeof newClient>;

/** @param key the owner's, unless another one is given */
export function newClient(url: string, key = API_KEY) {
  const authorization = { authorization: `Bearer ${key}` };
  async function call(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(url + path, {
      method,
      headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await call(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  const getTask = (id: string) => json<Task>('GET', `/tasks/${id}`);

  return {
    call,
    createTask: (goal: string) => json<Task>('POST', '/tasks', { type: 'build', goal }),
    getTask,
    run: (id: string) => json<Task>('POST', `/tasks/${id}/run`),
    runAll: (id: string) => json<Task>('POST', `/tasks/${id}/run-all`),
    runAsync: (id: string) => json<{ job_id: string }>('POST', `/tasks/${id}/run-async`),
    jobStatus: (id: string, jobId: string) => json<JobAnswer>('GET', `/tasks/${id}/job-status/${jobId}`),
    logs: (id: string) => json<Task['logs']>('GET', `/tasks/${id}/logs`),
    events: (id: string) => json<TaskEvent[]>('GET', `/tasks/${id}/events?limit=1000`),
    /** Resolves with the task when it has ended. */
    ended: (id: string) =>
      eventually(async () => {
        const task = await getTask(id);
        return ['completed', 'failed', 'cancelled'].includes(task.status) && task;
      }, 60_000),
    /** Every path of the workspace with its mode and bytes: what a walk of the directory would give. */
    async walk(id: string): Promise<Record<string, string>> {
      const files = await json<WorkspaceFile[]>('GET', `/tasks/${id}/files`);
      const walk: Record<string, string> = {};
      for (const { path, type, mode } of files) {
        const bytes = type === 'file' ? await (await call('GET', `/tasks/${id}/files/${path}`)).text() : '';
        walk[path] = `${type} ${mode} ${bytes}`;
      }
      return walk;
    },
    connect: (): Socket =>
      io(url, { path: '/ws', extraHeaders: authorization, transports: ['websocket'], reconnection: false }),
  };
}

/** Subscribes and collects what comes. */
export function collect(socket: Socket, taskId: string, after: number): TaskEvent[] {
  const events: TaskEvent[] = [];
  socket.on('task_event', (event: TaskEvent) => void (event.task_id === taskId && events.push(event)));
  socket.emit('subscribe_task', taskId, { after });
  return events;
}

export const oneTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);
