import type { ToolSpec } from '../models/model.ts';
import { askUser } from './ask-user.ts';
import type { Tool } from './define-tool.ts';
import { editFile } from './edit-file.ts';
import { finishStep } from './finish-step.ts';
import { giveVerdict } from './give-verdict.ts';
import { listFiles } from './list-files.ts';
import { readFile } from './read-file.ts';
import { runCheck } from './run-check.ts';
import { runCommand } from './run-command.ts';
import { search } from './search.ts';
import { writeFile } from './write-file.ts';

/** Every tool that an agent may call. */
export const tools: readonly Tool[] = [
  listFiles,
  readFile,
  search,
  writeFile,
  editFile,
  runCommand,
  runCheck,
  askUser,
  finishStep,
];

/** What a reviewer may call: it looks and changes nothing. */
export const reviewTools: readonly Tool[] = [listFiles, readFile, search, giveVerdict];

/** All that our own templates are built with. */
const TEMPLATE_TOOLS: readonly Tool[] = [writeFile, runCheck, finishStep];

/**
 * What an agent may call. The check of our own templates is the template builder's alone: it runs what is in the workspace
 * outside of the sandbox, so nobody else's files may be what it runs.
 * @param external tools of configured servers
 */
export function toolsFor(agent: string, external: readonly Tool[] = []): readonly Tool[] {
  return agent === 'template' ? TEMPLATE_TOOLS : [...tools.filter((tool) => tool !== runCheck), ...external];
}

/** What an agent is told of. */
export function specsOf(allowed: readonly Tool[]): ToolSpec[] {
  return allowed.map((tool) => tool.spec);
}
