import type { Tool } from './define-tool.ts';
import { finishStep } from './finish-step.ts';
import { runCheck } from './run-check.ts';
import { writeFile } from './write-file.ts';

/** Every tool that an agent may call. */
export const tools: readonly Tool[] = [writeFile, runCheck, finishStep];
