// What Claude Code, editors and other programs can do here. Each tool is a few calls of the API.
import { setTimeout as delay } from 'node:timers/promises';
import { AGENT_MODES, APPROVALS, type Task, type WorkspaceFile } from '@builder-ai/contracts/task';
import Joi from 'joi';
import type { ApiCall } from './api-call.ts';
import { type McpTool, mcpTool } from './mcp-tool.ts';

const MAX_WAIT_SECONDS = 90;
const POLL_MS = 500;
const MAX_TEXT_LENGTH = 100_000;

const taskId = Joi.string().max(200).required().description('The id that create_task or list_tasks gave.');
const at = (id: string) => `/tasks/${encodeURIComponent(id)}`;
const STILL = new Set(['completed', 'failed', 'cancelled', 'waiting']);

/** What is worth reading of a task: the whole of it is in the API. */
function toSummary(task: Task) {
  const { id, title, goal, status, waiting_for, waiting_call, plan, budget, error, messages } = task;
  const steps = plan.map(({ description, status: state, result }) => ({ description, status: state, result }));
  return { id, title, goal, status, waiting_for, waiting_call, steps, budget, error, last_message: messages.at(-1) };
}

const readTask = async (api: ApiCall, id: string) => toSummary(await api.json<Task>('GET', at(id)));

type Create = {
  goal: string;
  project_id?: string;
  agent_mode?: string;
  approval?: string;
  cap_micro_usd?: number;
  run: boolean;
};

const createTask = mcpTool<Create>({
  name: 'create_task',
  description:
    'Gives a goal to the agents, who plan and build it in a workspace of its own, and runs it at once. Watch it with wait_for_task.',
  input: Joi.object<Create>({
    goal: Joi.string().max(2_000).required().description('What to build, in plain words.'),
    project_id: Joi.string().max(100),
    agent_mode: Joi.string().valid(...AGENT_MODES),
    approval: Joi.string()
      .valid(...APPROVALS)
      .description('What waits for approval: the plan, each step, or nothing.'),
    cap_micro_usd: Joi.number().integer().min(0).description('The most it may cost, in millionths of a dollar.'),
    run: Joi.boolean().default(true),
  }),
  async run({ cap_micro_usd, run, ...wish }, api) {
    const budget = cap_micro_usd === undefined ? {} : { budget: { cap_micro_usd } };
    const { id } = await api.json<Task>('POST', '/tasks', { type: 'build', ...wish, ...budget });
    if (run) await api.json('POST', `${at(id)}/run-async`, {});
    return readTask(api, id);
  },
});

type Wait = { task_id: string; seconds: number };

const waitForTask = mcpTool<Wait>({
  name: 'wait_for_task',
  description:
    'Waits until a task has ended or waits for somebody, or the time is over, and says how it is. Call it again while it runs.',
  readOnly: true,
  input: Joi.object<Wait>({
    task_id: taskId,
    seconds: Joi.number().integer().min(1).max(MAX_WAIT_SECONDS).default(30),
  }),
  async run({ task_id, seconds }, api) {
    const end = performance.now() + seconds * 1_000;
    for (;;) {
      const task = await readTask(api, task_id);
      if (STILL.has(task.status) || performance.now() >= end) return task;
      await delay(POLL_MS, undefined, { signal: api.signal });
    }
  },
});

type List = { q?: string; status?: string; limit: number };

const listTasks = mcpTool<List>({
  name: 'list_tasks',
  description: 'The newest tasks, of all projects of yours; with q those whose goal or title has these words.',
  readOnly: true,
  input: Joi.object<List>({
    q: Joi.string().max(200),
    status: Joi.string().max(30),
    limit: Joi.number().integer().min(1).max(50).default(10),
  }),
  async run(wanted, api) {
    const query = new URLSearchParams(
      Object.entries(wanted).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const tasks = await api.json<Task[]>('GET', `/tasks?${query}`);
    return tasks.map(({ id, title, status, created_at }) => ({ id, title, status, created_at }));
  },
});

type OfTask = { task_id: string };
const ofTask = Joi.object<OfTask>({ task_id: taskId });

const getTask = mcpTool<OfTask>({
  name: 'get_task',
  description: 'How a task is: its status, steps with their results, cost, and what it waits for.',
  readOnly: true,
  input: ofTask,
  run: ({ task_id }, api) => readTask(api, task_id),
});

const runTask = mcpTool<OfTask>({
  name: 'run_task',
  description: 'Runs a task to its end, or goes on with one that was paused or stopped. Watch it with wait_for_task.',
  input: ofTask,
  async run({ task_id }, api) {
    await api.json('POST', `${at(task_id)}/run-async`, {});
    return readTask(api, task_id);
  },
});

const cancelTask = mcpTool<OfTask>({
  name: 'cancel_task',
  description: 'Stops a task that runs; what was made is kept.',
  input: ofTask,
  async run({ task_id }, api) {
    await api.json('POST', `${at(task_id)}/cancel`, {});
    return readTask(api, task_id);
  },
});

const deleteTask = mcpTool<OfTask>({
  name: 'delete_task',
  description:
    'Deletes a task with its files, plan and messages, for ever; its run is ended first. There is no way back: ask your user before. cancel_task stops a task and keeps what was made.',
  destructive: true,
  hints: {
    FORBIDDEN:
      'Nothing was deleted. It takes a key with the scope run, and the role editor or owner in the task’s project.',
    TASK_NOT_FOUND: 'Nothing was deleted. list_tasks says which tasks there are.',
  },
  input: ofTask,
  async run({ task_id }, api) {
    const { id, title } = await readTask(api, task_id);
    await api.remove(at(id));
    return { deleted: { id, title } };
  },
});

type Say = { task_id: string; content: string };

const sayToTask = mcpTool<Say>({
  name: 'say_to_task',
  description: 'Tells the agents of a task something; answers their question when they asked one.',
  input: Joi.object<Say>({ task_id: taskId, content: Joi.string().max(10_000).required() }),
  async run({ task_id, content }, api) {
    const { waiting_for, waiting_call } = await readTask(api, task_id);
    const asks = waiting_for === 'input' && waiting_call !== null;
    if (asks) await api.json('POST', `${at(task_id)}/answer`, { answer: content });
    else await api.json('POST', `${at(task_id)}/messages`, { content });
    return readTask(api, task_id);
  },
});

const listFiles = mcpTool<OfTask>({
  name: 'list_files',
  description: 'The files of a task’s workspace.',
  readOnly: true,
  input: ofTask,
  async run({ task_id }, api) {
    const files = await api.json<WorkspaceFile[]>('GET', `${at(task_id)}/files`);
    return files.map(({ path, type, size }) => ({ path, type, size }));
  },
});

type Read = { task_id: string; path: string };

const readFile = mcpTool<Read>({
  name: 'read_file',
  description: 'The text of a file of a task’s workspace.',
  readOnly: true,
  input: Joi.object<Read>({ task_id: taskId, path: Joi.string().max(1_000).required() }),
  run: async ({ task_id, path }, api) =>
    shorten(await api.text(`${at(task_id)}/files/${path.split('/').map(encodeURIComponent).join('/')}`)),
});

type Diff = { task_id: string; step?: number };

const getDiff = mcpTool<Diff>({
  name: 'get_diff',
  description: 'What a task, or one step of it (counted from 0), changed: a unified diff.',
  readOnly: true,
  input: Joi.object<Diff>({ task_id: taskId, step: Joi.number().integer().min(0) }),
  run: async ({ task_id, step }, api) =>
    shorten(await api.text(`${at(task_id)}/diff${step === undefined ? '' : `?step=${step}`}`)),
});

function shorten(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  return `${text.slice(0, MAX_TEXT_LENGTH).toWellFormed()}\n… ${text.length - MAX_TEXT_LENGTH} characters left out …`;
}

export const tools: readonly McpTool[] = [
  createTask,
  waitForTask,
  getTask,
  listTasks,
  runTask,
  cancelTask,
  deleteTask,
  sayToTask,
  listFiles,
  readFile,
  getDiff,
];
