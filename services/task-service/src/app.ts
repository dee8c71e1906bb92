import { deadLetterEndpoints } from '@builder-ai/platform/dead-letter-endpoints';
import { createServiceApp } from '@builder-ai/platform/service-app';
import { eventConsumers } from './consumers.ts';
import type { Deps } from './deps.ts';
import { getJobStatus } from './jobs/get-job-status.ts';
import { resolveCall } from './jobs/resolve-call.ts';
import { runAll } from './jobs/run-all.ts';
import { runAsync } from './jobs/run-async.ts';
import { runTask } from './jobs/run-task.ts';
import { createTask } from './tasks/create-task.ts';
import { getTask } from './tasks/get-task.ts';
import { getTaskOwner } from './tasks/get-task-owner.ts';
import { listLogs } from './tasks/list-logs.ts';
import { listTasks } from './tasks/list-tasks.ts';

/** Every endpoint of this service. */
export const endpoints = [
  createTask,
  listTasks,
  getTask,
  runTask,
  runAll,
  runAsync,
  resolveCall,
  getJobStatus,
  listLogs,
  getTaskOwner,
  ...deadLetterEndpoints<Deps>({ name: 'task-service', consumers: eventConsumers }),
];

/** The HTTP application; opens nothing, so a test can call it. */
export const createApp = (deps: Deps) => createServiceApp(endpoints, deps);
