import type { Tool } from '../src/tools/define-tool.ts';

type Kind = Partial<Pick<Tool, 'readOnly' | 'outside'>>;

/** A tool as a configured server has it: one that may change something, unless its kind says otherwise. */
export function newTool(name: string, { readOnly = false, outside = false }: Kind, call: Tool['call']): Tool {
  const spec = { name, description: name, input_schema: { type: 'object' } };
  return { spec, readOnly, outside, summary: () => name, call };
}

/** A call of a tool, as a model answers with it. */
export const use = (name: string, input: unknown) => ({ type: 'tool_use' as const, id: name, name, input });
