// One wrapper for all tools: checks the input, limits time and output, and turns a fault into words that a model can act
// on. A tool never throws for what the model did wrong.

import { AppError } from '@builder-ai/platform/problem';
import type Joi from 'joi';
import type { ToolSpec } from '../models/model.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { FileChange } from '../workspace/changes.ts';
import { WorkspaceFault } from '../workspace/snapshot.ts';
import type { Workspace } from '../workspace/workspace.ts';

export const MAX_OUTPUT_LENGTH = 30_000;

export type ToolContext = {
  workspace: Workspace;
  signal: AbortSignal;
  sandbox: Sandbox | null;
  /** Told of what a command prints, as it comes. */
  onOutput?: (text: string) => void;
};

/** `finished`: the step is done, and this is its result. `question`: the user's answer to it is the call's result. */
export type ToolOutcome = { output: string; changes?: FileChange[]; finished?: string; question?: string };

export type ToolDefinition<Input> = {
  name: string;
  description: string;
  input: Joi.ObjectSchema<Input>;
  timeoutMs: number;
  /** It changes nothing: no state of the workspace is kept after it, and it can be made again. */
  readOnly?: boolean;
  /** It does nothing: it says something to whoever made the call. */
  saysOnly?: boolean;
  /** It may have an effect outside of the workspace: when it was interrupted, nobody knows whether it was done. */
  outside?: boolean;
  /** Shown while it runs: short, without contents. */
  summary: (input: Input) => string;
  run(input: Input, context: ToolContext): Promise<ToolOutcome>;
};

export type ToolResult = ToolOutcome & { ok: boolean };

export type Tool = {
  spec: ToolSpec;
  readOnly: boolean;
  saysOnly?: boolean;
  outside: boolean;
  summary(input: unknown): string;
  call(input: unknown, context: ToolContext): Promise<ToolResult>;
};

/** What went wrong and can be put right by the model: a failed check, a file that is not there. */
export class ToolFault extends Error {}

type JsonSchemaSource = {
  '~standard': { jsonSchema: { input(options: { target: string }): Record<string, unknown> } };
};

export function defineTool<Input>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input: schema, timeoutMs, saysOnly = false, outside = false } = definition;
  const { readOnly = saysOnly } = definition;
  const check = (input: unknown) => schema.validate(input, { convert: false, errors: { wrap: { label: '' } } });
  // Made when it is first asked for, and kept: it is part of every request.
  let spec: ToolSpec | undefined;
  return {
    readOnly,
    saysOnly,
    outside,
    get spec() {
      spec ??= { name, description, input_schema: toJsonSchema(schema) };
      return spec;
    },
    summary(input) {
      const { error, value } = check(input);
      return error ? `${name} with unusable arguments` : definition.summary(value);
    },
    async call(input, context) {
      const { error, value } = check(input);
      if (error) return { ok: false, output: `The arguments of ${name} are unusable: ${error.message}.` };
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        const outcome = await definition.run(value, { ...context, signal: AbortSignal.any([context.signal, limit]) });
        return { ...outcome, ok: true, output: truncate(outcome.output) };
      } catch (fault) {
        context.signal.throwIfAborted();
        if (limit.aborted) return { ok: false, output: `${name} was stopped after ${timeoutMs / 1000} s.` };
        if (fault instanceof ToolFault || fault instanceof WorkspaceFault || fault instanceof AppError) {
          return { ok: false, output: truncate(fault.message) };
        }
        throw fault;
      }
    },
  };
}

function toJsonSchema(schema: unknown): Record<string, unknown> {
  return (schema as JsonSchemaSource)['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
}

/** What a model is given of a long output: its beginning and its end. */
export function truncate(text: string): string {
  if (text.length <= MAX_OUTPUT_LENGTH) return text;
  const half = MAX_OUTPUT_LENGTH / 2;
  const left = text.length - MAX_OUTPUT_LENGTH;
  return `${text.slice(0, half).toWellFormed()}\n… ${left} characters left out …\n${text.slice(-half).toWellFormed()}`;
}
