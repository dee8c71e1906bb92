// The model that needs no key: it answers with the files of the template that fits the goal, through the same port and
// the same tools as a language model would. It calls itself `template` wherever it shows.
import { chooseTemplate } from '../templates/index.ts';
import type { TemplateStep } from '../templates/template.ts';
import type { ContentBlock, Model, ModelAnswer, ModelRequest, ToolUseBlock } from './model.ts';

const FREE = { input_tokens: 0, output_tokens: 0, cost_micro_usd: 0 };

export function newTemplateModel(): Model {
  return {
    agent: 'template',
    name: 'template',
    reserve: () => 0,
    async answer(request) {
      if (request.purpose === 'chat') return chat(request);
      return request.purpose === 'plan' ? plan(request) : build(request);
    },
  };
}

function plan({ subject }: ModelRequest): ModelAnswer {
  const steps = chooseTemplate(subject.goal).steps(subject.goal);
  const text = steps.map((step, index) => `${index + 1}. ${step.description}`).join('\n');
  return { content: [{ type: 'text', text }], usage: FREE };
}

/** It cannot talk: whatever the user says is the goal of a task, which it runs. */
function chat({ messages }: ModelRequest): ModelAnswer {
  const said = messages.findLastIndex(({ role, content }) => role === 'user' && content[0]?.type === 'text');
  const [made, asked] = messages
    .slice(said)
    .flatMap(({ content }): ContentBlock[] => content)
    .filter((block) => block.type === 'tool_result');
  const call = (name: string, input: object): ModelAnswer => ({
    content: [{ type: 'tool_use', id: `${name}-${messages.length}`, name, input }],
    usage: FREE,
  });
  if (!made) {
    const words = messages[said]?.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])) ?? [];
    return call('create_task', { goal: words.at(-1) });
  }
  if (made.is_error) return { content: [{ type: 'text', text: made.content }], usage: FREE };
  if (!asked) return call('run_task', JSON.parse(made.content) as object);
  const text = 'I made a task of it, which runs now. To talk with a model, set ANTHROPIC_API_KEY or OPENAI_API_KEY.';
  return { content: [{ type: 'text', text }], usage: FREE };
}

/** All calls of the step at once; when their results are back and good, the step is finished. */
function build({ subject, messages }: ModelRequest): ModelAnswer {
  const template = chooseTemplate(subject.goal);
  const { index, count } = subject.step ?? { index: 0, count: 1 };
  const steps = stepsOf(template.steps(subject.goal), index, count);
  const blocks = messages.flatMap((message): ContentBlock[] => message.content);
  const results = blocks.filter((block) => block.type === 'tool_result');
  if (results.length === 0) return { content: calls(steps, template.name), usage: FREE };
  const failed = results.find((result) => result.is_error);
  if (failed) return { content: [{ type: 'text', text: `The step failed: ${failed.content}` }], usage: FREE };
  const input = { result: steps.map((step) => step.result).join(' ') };
  return { content: [{ type: 'tool_use', id: 'finish', name: 'finish_step', input }], usage: FREE };
}

/** The template's steps that belong to step `index` of a plan of `count`: the static plan has fewer than some templates. */
function stepsOf(steps: TemplateStep[], index: number, count: number): TemplateStep[] {
  const from = Math.floor((index * steps.length) / count);
  const to = Math.floor(((index + 1) * steps.length) / count);
  return steps.slice(from, to);
}

function calls(steps: TemplateStep[], template: string): ToolUseBlock[] {
  const made: ToolUseBlock[] = [];
  const add = (name: string, input: unknown) =>
    made.push({ type: 'tool_use', id: `call-${made.length + 1}`, name, input });
  for (const step of steps) {
    for (const { path, content, executable } of step.files)
      add('write_file', { path, content, ...(executable && { executable }) });
    if (step.check) add('run_check', { template });
  }
  return made;
}
