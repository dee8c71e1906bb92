import type { ToolSpec } from '../models/model.ts';
import type { Tool } from './define-tool.ts';
import { finishStep } from './finish-step.ts';
import { runCheck } from './run-check.ts';
import { writeFile } from './write-file.ts';

/** Every tool that an agent may call. */
export const tools: readonly Tool[] = [writeFile, runCheck, finishStep];

/** What an agent is told of: the check of our own templates is the template builder's own. */
export function toolSpecsFor(agent: string): ToolSpec[] {
  return tools.filter((tool) => tool !== runCheck || agent === 'template').map((tool) => tool.spec);
}
