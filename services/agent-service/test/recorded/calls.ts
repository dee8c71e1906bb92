// What the models of recorded runs answer with.
import type { Script, ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';

export const call = (name: string, input: object): ScriptToolUse => ({ name, input });
export const write = (path: string, content: string) => call('write_file', { path, content });
export const run = (command: string) => call('run_command', { command });
export const finish = (result: string) => call('finish_step', { result });

export const toPlan = (steps: string[]) => ({ text: steps.map((step, index) => `${index + 1}. ${step}`).join('\n') });

/** One call an answer, in this order, by step. */
export function inOrder(plan: string[], steps: ScriptToolUse[][]): Script {
  return ({ purpose, step, results }) => {
    if (purpose === 'plan') return toPlan(plan);
    return {
      text: `Call ${results + 1}.`,
      toolUses: [(steps[(step ?? 1) - 1] as ScriptToolUse[])[results] as ScriptToolUse],
    };
  };
}
