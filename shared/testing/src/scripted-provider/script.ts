// What a scripted provider answers: a function of the request alone, so that whoever asks again after a crash gets the same.

export type ScriptToolUse = {
  name: string;
  input: unknown;
  /** Arguments as the text that comes (of the Messages API, in a stream): what a model gets wrong. */
  rawArguments?: string;
};

export type ScriptAnswer = {
  /** What the model thinks before it answers: a block with a signature, which wants to come back unchanged. */
  thinking?: string;
  text?: string;
  toolUses?: ScriptToolUse[];
  /** Why it ends; by default as the rest of the answer has it. */
  stopReason?: 'max_tokens' | 'refusal';
  /** How many of the request's tokens the provider had kept; none by default. */
  cachedTokens?: number;
  /** A server that does not say how much it read and wrote (Chat Completions only). */
  withoutUsage?: boolean;
};

/** What a request is about, as far as it can be read from it. */
export type ScriptRequest = {
  purpose: 'plan' | 'build' | 'review' | 'chat';
  goal: string;
  /** 1-based step, of a build request. */
  step: number | null;
  /** How many tool results it carries: the calls that were made. */
  results: number;
};

/** @param body the whole request, for scripts that answer to more than where it stands */
export type Script = (request: ScriptRequest, body: RequestBody) => ScriptAnswer;

export type Block = { type: string; text?: string };

/** What scripts may look at of a request, in the words of the Messages API whatever the API is. */
export type RequestBody = {
  model?: string;
  stream?: boolean;
  system?: string | Block[];
  messages?: { role: string; content: string | Block[] }[];
  tools?: { name: string }[];
};

export type StepScriptOptions = {
  steps: number;
  callsPerStep: number;
  /** The call of a step (1-based), by its number within it (1-based). */
  call(step: number, n: number, goal: string): ScriptToolUse;
};

/** A plan of so many steps, and so many calls in each, one answer for each call, before the step is finished. */
export function stepScript({ steps, callsPerStep, call }: StepScriptOptions): Script {
  return ({ purpose, goal, step, results }) => {
    if (purpose === 'plan') {
      const lines = Array.from({ length: steps }, (_, index) => `${index + 1}. Make part ${index + 1}`);
      return { text: lines.join('\n') };
    }
    if (results < callsPerStep) return { toolUses: [call(step ?? 1, results + 1, goal)] };
    return { toolUses: [{ name: 'finish_step', input: { result: `Part ${step} is made.` } }] };
  };
}

/**
 * Steps whose calls leave a witness: each second one appends its own number to a file, so that a call whose effect is
 * there twice, or not at all, shows.
 * @param outside the last call of each step goes to a tool server that is called so: one that only looks (odd steps) and one
 *   that does something (even steps), with a label of its own
 */
export function witnessScript(steps: number, callsPerStep: number, outside?: string): Script {
  return stepScript({
    steps,
    callsPerStep,
    call: (step, n, goal) => {
      if (outside && n === callsPerStep)
        return {
          name: `mcp__${outside}__${step % 2 === 1 ? 'look' : 'act'}`,
          input: { label: `${goal}, step ${step}` },
        };
      return n % 2 === 0
        ? { name: 'run_command', input: { command: `echo ${step}.${n} >> witness.txt` } }
        : { name: 'write_file', input: { path: `part-${step}/${n}.txt`, content: `part ${step}, call ${n}\n` } };
    },
  });
}

/** A run that goes on for longer than anybody waits: each third call is a command that takes a second. */
export const endlessScript: Script = stepScript({
  steps: 30,
  callsPerStep: 40,
  call: (step, n) =>
    n % 3 === 0
      ? { name: 'run_command', input: { command: 'sleep 1' } }
      : { name: 'write_file', input: { path: `part-${step}/${n}.txt`, content: `part ${step}, call ${n}\n` } },
});

/** Reads what our own agents write into their requests. */
export function readRequest(body: RequestBody): ScriptRequest {
  const blocks = (body.messages ?? []).flatMap(({ content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content,
  );
  const text = blocks.find(({ type }) => type === 'text')?.text ?? '';
  return {
    purpose: purposeOf((body.tools ?? []).map(({ name }) => name)),
    goal: text.match(/^The goal: (.*)$/m)?.[1] ?? '',
    step: Number(text.match(/^Step (\d+) of \d+:/m)?.[1]) || null,
    results: blocks.filter(({ type }) => type === 'tool_result').length,
  };
}

function purposeOf(tools: string[]): ScriptRequest['purpose'] {
  if (tools.includes('give_verdict')) return 'review';
  if (tools.includes('create_task')) return 'chat';
  return tools.length > 0 ? 'build' : 'plan';
}
