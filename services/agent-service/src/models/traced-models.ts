// A span for each call of a model, in the words of OpenTelemetry's conventions for generative AI
// (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/). What was asked and answered is not in it.
import { type SpanOptions, withSpan } from '@builder-ai/platform/span';
import type { Model, ModelRequest } from './model.ts';
import type { Models } from './model-choice.ts';

const PROVIDERS: Record<string, string> = { claude: 'anthropic', chatgpt: 'openai' };

export function traceModels({ template, claude, chatgpt, local }: Models): Models {
  return {
    template: traced(template),
    ...(claude && { claude: traced(claude) }),
    ...(chatgpt && { chatgpt: traced(chatgpt) }),
    ...(local && { local: traced(local) }),
  };
}

function traced(model: Model): Model {
  const spanOf = ({ purpose, maxOutputTokens, signal }: ModelRequest): SpanOptions => ({
    name: `chat ${model.name}`,
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': PROVIDERS[model.agent] ?? model.agent,
      'gen_ai.request.model': model.name,
      'gen_ai.request.max_tokens': maxOutputTokens,
      purpose,
    },
    isExpected: () => signal.aborted,
  });
  return {
    ...model,
    answer: (request) =>
      withSpan(spanOf(request), async (span) => {
        const answer = await model.answer(request);
        const { input_tokens, output_tokens, cost_micro_usd } = answer.usage;
        span?.setAttributes({
          'gen_ai.usage.input_tokens': input_tokens,
          'gen_ai.usage.output_tokens': output_tokens,
          cost_micro_usd,
        });
        return answer;
      }),
  };
}
