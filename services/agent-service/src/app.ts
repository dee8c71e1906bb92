import { deadLetterEndpoints } from '@builder-ai/platform/dead-letter-endpoints';
import { createServiceApp } from '@builder-ai/platform/service-app';
import { getAgents } from './agents/get-agents.ts';
import { changeProjectBudget } from './budgets/change-project-budget.ts';
import { getProjectBudget } from './budgets/get-project-budget.ts';
import { postAgent } from './chat/post-agent.ts';
import { eventConsumers } from './consumers.ts';
import type { Deps } from './deps.ts';
import { getArchive } from './files/get-archive.ts';
import { getDiff } from './files/get-diff.ts';
import { getFile } from './files/get-file.ts';
import { getPreview } from './files/get-preview.ts';
import { getPreviewFile } from './files/get-preview-file.ts';
import { listFiles } from './files/list-files.ts';
import { getRecording } from './recording/get-recording.ts';
import { postReplay } from './recording/post-replay.ts';
import { getUsage } from './usage/get-usage.ts';

/** Every endpoint of this service. */
export const endpoints = [
  listFiles,
  getFile,
  getArchive,
  getDiff,
  getUsage,
  getRecording,
  postReplay,
  postAgent,
  getAgents,
  getProjectBudget,
  changeProjectBudget,
  getPreview,
  getPreviewFile,
  ...deadLetterEndpoints<Deps>({ name: 'agent-service', consumers: eventConsumers }),
];

/** The HTTP application; opens nothing, so a test can call it. */
export const createApp = (deps: Deps) => createServiceApp(endpoints, deps);
