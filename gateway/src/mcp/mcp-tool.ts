// A tool that programs of others call: what it takes, and how it is done by calls of our own API.
import type Joi from 'joi';
import type { ApiCall } from './api-call.ts';

export type McpTool<Input = never> = {
  name: string;
  description: string;
  input: Joi.ObjectSchema<Input>;
  /** It changes nothing. */
  readOnly?: boolean;
  /** There is no way back: programs ask their user before they call it. */
  destructive?: boolean;
  /** What to add to the API's words, by the code of what was refused. */
  hints?: Partial<Record<string, string>>;
  /** @returns what is shown as JSON, or as it is when it is text. @throws ApiProblem */
  run(input: Input, api: ApiCall): Promise<unknown>;
};

/** Ties a tool's input to its schema. */
export const mcpTool = <Input>(tool: McpTool<Input>): McpTool => tool as unknown as McpTool;
