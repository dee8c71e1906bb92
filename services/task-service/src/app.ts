import { deadLetterEndpoints } from '@builder-ai/platform/dead-letter-endpoints';
import { createServiceApp } from '@builder-ai/platform/service-app';
import { eventConsumers } from './consumers.ts';
import type { Deps } from './deps.ts';
import { answerQuestion } from './jobs/answer-question.ts';
import { approveTask } from './jobs/approve-task.ts';
import { cancelTask } from './jobs/cancel-task.ts';
import { getJobStatus } from './jobs/get-job-status.ts';
import { pauseTask } from './jobs/pause-task.ts';
import { resolveCall } from './jobs/resolve-call.ts';
import { resumeTask } from './jobs/resume-task.ts';
import { retryTask } from './jobs/retry-task.ts';
import { runAll } from './jobs/run-all.ts';
import { runAsync } from './jobs/run-async.ts';
import { runTask } from './jobs/run-task.ts';
import { changeTaskFields } from './tasks/change-task-fields.ts';
import { createTask } from './tasks/create-task.ts';
import { deleteTask } from './tasks/delete-task.ts';
import { forkTask } from './tasks/fork-task.ts';
import { getTask } from './tasks/get-task.ts';
import { getTaskOwner } from './tasks/get-task-owner.ts';
import { listLogs } from './tasks/list-logs.ts';
import { listTasks } from './tasks/list-tasks.ts';
import { listTasksOfOwner } from './tasks/list-tasks-of-owner.ts';
import { postMessage } from './tasks/post-message.ts';

/** Every endpoint of this service. */
export const endpoints = [
  createTask,
  listTasks,
  getTask,
  runTask,
  runAll,
  runAsync,
  answerQuestion,
  approveTask,
  cancelTask,
  pauseTask,
  resumeTask,
  retryTask,
  postMessage,
  changeTaskFields,
  deleteTask,
  forkTask,
  resolveCall,
  getJobStatus,
  listLogs,
  getTaskOwner,
  listTasksOfOwner,
  ...deadLetterEndpoints<Deps>({ name: 'task-service', consumers: eventConsumers }),
];

/** The HTTP application; opens nothing, so a test can call it. */
export const createApp = (deps: Deps) => createServiceApp(endpoints, deps);
