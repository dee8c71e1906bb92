import { newClient } from '@builder-ai/client/client';
import { toNextPage } from '@builder-ai/client/next-page';
import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import type {
  AgentMode,
  Approval,
  JobAnswer,
  Task,
  TaskEvent,
  TaskType,
  WorkspaceFile,
} from '@builder-ai/contracts/task';
import type { Usage } from '../money/usage.ts';
import { accountCalls } from './account-calls.ts';
import { ApiProblem, saysSignedOut, toProblem } from './api-problem.ts';
import { budgetCalls } from './budget-calls.ts';
import { deletionCalls } from './deletion-calls.ts';
import { notificationCalls } from './notification-calls.ts';
import { steeringCalls } from './steering-calls.ts';
import { taskPath } from './task-path.ts';

export type NewTask = {
  goal: string;
  type: TaskType;
  project_id?: string;
  agent_mode?: AgentMode;
  approval?: Approval;
  budget?: { cap_micro_usd: number };
};
export type TaskPage = { tasks: Task[]; next: string | null };

export type Api = ReturnType<typeof createApi>;

type Headers = Record<string, string>;

type ApiDeps = {
  fetch: typeof fetch;
  /** Called whenever an answer says that nobody is signed in. */
  onSignedOut: () => void;
};

/** The product's HTTP API, on the page's own origin with its session cookie. Every call throws ApiProblem. */
export function createApi({ fetch, onSignedOut }: ApiDeps) {
  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(path, { credentials: 'same-origin', ...init }).catch(() => {
      throw new ApiProblem({ title: 'No answer', detail: 'The server cannot be reached. Is it still running?' });
    });
    if (response.ok) return response;
    const problem = await toProblem(response);
    if (saysSignedOut(response, problem)) onSignedOut();
    throw new ApiProblem(problem);
  }

  async function get<Body>(path: string): Promise<Body> {
    return (await call(path, { headers: { accept: 'application/json' } })).json();
  }

  async function send<Body>(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Body> {
    const content: Headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await call(path, {
      method,
      headers: { accept: 'application/json', ...content, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return response.status === 204 ? (undefined as Body) : response.json();
  }

  const client = newClient({ fetch, onSignedOut });
  const post = <Body>(path: string, body: unknown, headers?: Headers) => send<Body>('POST', path, body, headers);

  return {
    ...accountCalls(client),
    ...budgetCalls(client),
    ...notificationCalls(client),
    ...steeringCalls(client),
    ...deletionCalls(client),
    async listTasks(page = '/tasks'): Promise<TaskPage> {
      const response = await call(page, { headers: { accept: 'application/json' } });
      return { tasks: await response.json(), next: toNextPage(response.headers.get('link')) };
    },
    readAgents: () => get<FoundAgents>('/agents'),
    readTask: (taskId: string) => get<Task>(taskPath(taskId)),
    /** The same key for the same wish: an answer lost on the way does not make two tasks when it is sent again. */
    createTask: (task: NewTask, idempotencyKey: string) =>
      post<Task>('/tasks', task, { 'idempotency-key': idempotencyKey }),
    /** @param step its index: the fork begins with it @param mode null for the parent's */
    forkTask: (taskId: string, step: number, mode: AgentMode | null) =>
      send<Task>('POST', `${taskPath(taskId)}/fork`, { at_step: step, ...(mode && { agent_mode: mode }) }),
    /** Runs the task to its end as a background job. */
    runTask: (taskId: string) => post<JobAnswer>(`${taskPath(taskId)}/run-async`, {}),
    readEvents: (taskId: string, after: number, limit: number) =>
      get<TaskEvent[]>(`${taskPath(taskId)}/events?after=${after}&limit=${limit}`),
    readUsage: (taskId: string) => get<Usage>(`${taskPath(taskId)}/usage`),
    /** @param query which part of it, as `?from=…&to=…` @returns a unified diff */
    async readDiff(taskId: string, query: string): Promise<string> {
      return (await call(`${taskPath(taskId)}/diff${query}`)).text();
    },
    /** @param commit after which step; null for now */
    listFiles: (taskId: string, commit: string | null) =>
      get<WorkspaceFile[]>(`${taskPath(taskId)}/files${toMoment(commit)}`),
    /** The address at which the built pages run, sandboxed: it cannot be guessed and carries no cookie. */
    findPreview: (taskId: string) => get<{ url: string }>(`${taskPath(taskId)}/preview`),
    async readFile(taskId: string, path: string, commit: string | null): Promise<ArrayBuffer> {
      return (await call(filePath(taskId, path, commit))).arrayBuffer();
    },
  };
}

export const archivePath = (taskId: string) => `${taskPath(taskId)}/archive`;

/** Slashes stay; everything else that means something in an address is encoded. */
export const filePath = (taskId: string, path: string, commit: string | null = null) =>
  `${taskPath(taskId)}/files/${path.split('/').map(encodeURIComponent).join('/')}${toMoment(commit)}`;

const toMoment = (commit: string | null) => (commit ? `?commit=${encodeURIComponent(commit)}` : '');
